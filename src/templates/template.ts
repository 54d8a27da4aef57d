/** What a template is: which steps a recipe of this kind has, and its defaults. */
import type { StepDefinition } from '../steps/define.ts';

export interface Template {
  /** The value of `recipe:` in recipe.yaml. */
  readonly id: 'regression/v1' | 'classification/v1';
  readonly task: 'regression' | 'classification';
  /** In the order in which a person reads them. */
  readonly steps: readonly StepDefinition[];
  /** The steps that score new data with a model that exists. They read nothing of the others. */
  readonly scoring: readonly StepDefinition[];
  /** Which metrics a terminal and a run card show first; names without the split's prefix. */
  readonly headlineMetrics: readonly string[];
  /** The metric that a suggested `validation_criteria` block names. */
  readonly suggestedCriteria: (
    metrics: Readonly<Record<string, number>>,
  ) => readonly { readonly metric: string; readonly threshold: number }[];
}

/** Round a limit so that it reads like one that a person wrote, on the lenient side of the value. */
export function lenientLimit(value: number, greaterIsBetter: boolean): number {
  const slack = greaterIsBetter ? value - Math.abs(value) * 0.05 : value + Math.abs(value) * 0.1;
  if (slack === 0 || !Number.isFinite(slack)) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(slack))) - 1);
  const rounded = (greaterIsBetter ? Math.floor(slack / unit) : Math.ceil(slack / unit)) * unit;
  return Number(rounded.toPrecision(2));
}
