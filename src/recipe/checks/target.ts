/**
 * Whether the target fits the task, as far as the first rows or the declared type tell. The full check
 * is the first act of `ingest`; what the first rows do not prove is a warning.
 */
import { shortened } from '../../schema/shortened.ts';
import type { Header, SampledValue } from '../headers/header.ts';
import type { Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';

/** More different values than these, and `ingest` takes the target for a quantity, or for no classes. */
const MOST_WHOLE = 100;
const MOST_FRACTIONAL = 20;
const MOST_TEXTS = 1000;
/** Share of the values of a numeric column that may be no numbers. */
const MOST_ODD = 0.01;

export interface Target {
  readonly target: string;
  readonly task: Task;
  readonly header: Header;
  readonly label: string;
  /** What `SampledValue.row` counts. */
  readonly unit: 'line' | 'record';
}

export function checkTarget(view: RecipeView, { target, task, header, label, unit }: Target): void {
  const declared = header.declared?.get(target);
  if (task === 'regression' && declared !== undefined && declared !== 'number') {
    notNumeric(view, target, `${label} declares it as ${WORDS[declared]}`, USE_CLASSIFICATION);
    return;
  }
  const values = header.names.includes(target) ? (header.sample?.(target) ?? []) : [];
  if (values.length === 0) return;
  if (task === 'regression') checkNumbers(view, target, values, (row) => `${unit} ${row} of ${label}`);
  else checkClasses(view, target, values);
}

function checkNumbers(view: RecipeView, target: string, values: readonly SampledValue[], place: (row: number) => string): void {
  const odd = values.filter(({ isNumber }) => !isNumber);
  const [first] = odd;
  // `ingest` takes a column for numbers when 99 % of its values are.
  if (first === undefined || odd.length <= MOST_ODD * values.length) return;
  const isQuotedNumber = !Number.isNaN(Number(first.text));
  const shown = isQuotedNumber ? JSON.stringify(first.text) : shortened(first.text, 40);
  // One word among numbers stands for a value that is not there.
  const isMark = odd.length < values.length && odd.every(({ text }) => text === first.text);
  const hint = isMark
    ? `if \`${shown}\` stands for a missing value, write it into \`steps.ingest.null_values\` beside the others`
    : isQuotedNumber
      ? 'write numbers without quotes'
      : USE_CLASSIFICATION;
  const seen =
    odd.length === values.length
      ? ''
      : `; ${odd.length} of the first ${values.length} values are no numbers, and up to 1 % of all may be so`;
  notNumeric(view, target, `${place(first.row)} has \`${shown}\`${seen}`, hint, seen === '' ? 'error' : 'warning');
}

function checkClasses(view: RecipeView, target: string, values: readonly SampledValue[]): void {
  const distinct = new Set(values.map(({ text }) => text)).size;
  const areNumbers = values.every(({ isNumber }) => isNumber);
  const areWhole = areNumbers && values.every(({ text }) => Number.isInteger(Number(text)));
  if (distinct <= (areWhole ? MOST_WHOLE : areNumbers ? MOST_FRACTIONAL : MOST_TEXTS)) return;
  view.report({
    code: 'bad-target',
    severity: 'warning',
    path: ['target_col'],
    at: 'value',
    message: `the target \`${target}\` of a classification has ${distinct} different ${areNumbers ? 'numbers' : 'texts'} in the first ${values.length} rows`,
    hint: areNumbers
      ? 'it looks like a quantity: use `recipe: regression/v1`, or another `target_col`'
      : 'these are too many to be classes: use another `target_col`',
  });
}

const USE_CLASSIFICATION = 'use `recipe: classification/v1`, or another `target_col`';

const WORDS = { text: 'text', boolean: 'true or false', date: 'a date', nested: 'a nested value' } as const;

function notNumeric(view: RecipeView, target: string, because: string, hint: string, severity: 'error' | 'warning' = 'error'): void {
  view.report({
    code: 'bad-target',
    severity,
    path: ['target_col'],
    at: 'value',
    message: `the target \`${target}\` of a regression must be numeric; ${because}`,
    hint,
  });
}
