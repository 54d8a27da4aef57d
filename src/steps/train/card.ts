/** The card of the `train` step: what was fitted, how it learned, whether it beats doing nothing. */
import type { CardBlock, CardContent, Finding, Section } from '../../cards/blocks.ts';
import type { Estimator, Feature, FittedModel } from '../../ml/estimator.ts';
import { metricsOf } from '../../ml/metrics/registry.ts';
import { greaterIsBetter, metricTask, primaryMetric, shortName } from '../headline-metrics.ts';
import { showNumber } from '../show-number.ts';
import { plural } from '../wording.ts';
import { classFindings, classSections } from './class-sections.ts';
import type { ClassesShown } from './classes-shown.ts';
import { foldCount, foldSection, foldText } from './fold-section.ts';
import type { TrainParams } from './params.ts';
import type { TrainingMetrics } from './training-metrics.ts';
import type { TuningReport } from './tuning/card.ts';

interface Trained {
  readonly params: TrainParams;
  readonly classCount: number | undefined;
  readonly estimator: Estimator;
  readonly fitted: FittedModel;
  readonly features: readonly Feature[];
  /** Training rows. */
  readonly rows: number;
  /** The column that says how much a row counts, and whether the estimator asks for it. */
  readonly weight?: { readonly column: string; readonly isUsed: boolean };
  readonly metrics: TrainingMetrics;
  /** Where the parameters were searched for. */
  readonly tuning?: TuningReport;
  readonly history: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Of a classification. */
  readonly classes?: ClassesShown;
  /** Why there is no cross-validation although the rows are few. */
  readonly crossValidationSkipped?: { readonly because: string; readonly isFault: boolean };
}

export function trainCard(trained: Trained): {
  readonly card: CardContent;
  readonly findings: readonly Finding[];
  readonly summary: string;
} {
  const { params, classCount, estimator, fitted, features, rows, metrics } = trained;
  const task = metricTask(params.task, classCount);
  const primary = primaryMetric(task, params.primary_metric);
  const higher = greaterIsBetter(task, primary, params.custom_metrics);
  const value = metrics.validation[primary];
  const baseline = betterBaseline(metrics, primary, higher);
  const gain = value === undefined || baseline === undefined ? undefined : higher ? value - baseline.value : baseline.value - value;
  // As good as one feature is no failure where that says all there is; as good as none is.
  const isBelow = gain !== undefined && (gain < 0 || (gain === 0 && baseline?.feature === undefined));
  const findings: Finding[] = [...(trained.tuning?.findings ?? [])];
  if (isBelow) {
    findings.push({
      code: 'TRAIN_BELOW_BASELINE',
      severity: 'warning',
      message: `on validation ${shortName(primary)} is ${showNumber(value as number)}, no better than ${showNumber(baseline?.value as number)} of ${nameOf(baseline)}`,
    });
  }
  if (trained.classes !== undefined) findings.push(...classFindings(trained.classes));
  if (trained.crossValidationSkipped?.isFault === true)
    findings.push({
      code: 'TRAIN_NO_CROSS_VALIDATION',
      severity: 'info',
      message: `no cross-validation: ${trained.crossValidationSkipped.because}`,
    });
  if (trained.weight?.isUsed === false) {
    findings.push({
      code: 'TRAIN_WEIGHT_UNUSED',
      severity: 'warning',
      column: trained.weight.column,
      message: `the estimator takes no weights, so every row counted the same in training; the metrics are weighted. ${fitted.modelSummary === undefined ? `A third parameter of \`${estimator.name === 'custom' ? 'train' : 'fit'}\` would get them` : 'TensorFlow.js has none for layers; `using: neural_network` obeys them'}`,
    });
  }
  const shown = value === undefined ? '' : `, validation ${shortName(primary)} ${showNumber(value)}`;
  const folds = foldText(metrics.cross_validation, primary);
  const repeated = folds === undefined ? '' : `, cross-validation ${folds}`;
  const against = value === undefined || baseline === undefined ? '' : ` (${shortBaseline(baseline)} ${showNumber(baseline.value)})`;
  return {
    findings,
    summary: `${estimator.name} on ${showNumber(rows)} rows × ${features.length} features${shown}${repeated}${against}`,
    card: {
      headline: `Trained ${estimator.name}`,
      sentence: `${sentence(primary, value, baseline, isBelow)}${trained.weight === undefined ? '' : ` Rows count by \`${trained.weight.column}\`.`}${trained.tuning === undefined ? '' : ` ${trained.tuning.sentence}`}${computedOn(fitted)}`,
      keyNumbers: [
        {
          label: `Validation ${shortName(primary)}`,
          value: value ?? { missing: 'undefined on validation' },
          ...(baseline !== undefined && { context: `${shortBaseline(baseline).replaceAll('`', '')} ${showNumber(baseline.value)}` }),
          tone: isBelow ? 'bad' : 'plain',
        },
        { label: `Training ${shortName(primary)}`, value: metrics.training[primary] ?? { missing: 'undefined on training' } },
        ...(folds === undefined
          ? []
          : [
              {
                label: `Cross-validated ${shortName(primary)}`,
                value: folds,
                context: foldCount(metrics.cross_validation as NonNullable<typeof metrics.cross_validation>),
              },
            ]),
        { label: 'Training rows', value: rows, format: 'integer' },
        { label: 'Features', value: features.length, format: 'integer' },
      ],
      sections: [
        metricsSection(trained, task, primary),
        ...foldSection(metrics.cross_validation, {
          task,
          primary,
          validation: metrics.validation,
          isAsked: params.cross_validation?.below === undefined,
          ...(trained.crossValidationSkipped !== undefined && { skipped: trained.crossValidationSkipped.because }),
        }),
        ...(trained.classes === undefined ? [] : classSections(trained.classes)),
        ...(trained.tuning?.sections ?? []),
        ...learningSection(trained),
        ...importanceSection(trained),
        parametersSection(trained),
      ],
    },
  };
}

interface Baseline {
  readonly value: number;
  /** The one that it is made of. Absent: it ignores the features. */
  readonly feature?: string;
}

/** The better one on validation. */
function betterBaseline({ baseline, best_feature: single }: TrainingMetrics, primary: string, higher: boolean): Baseline | undefined {
  const [constant, alone] = [baseline[primary], single?.metrics[primary]];
  if (alone === undefined || single === undefined) return constant === undefined ? undefined : { value: constant };
  if (constant !== undefined && (higher ? constant >= alone : constant <= alone)) return { value: constant };
  return { value: alone, feature: single.feature };
}

function nameOf(baseline: Baseline | undefined): string {
  return baseline?.feature === undefined ? 'a model that ignores the features' : `the feature \`${baseline.feature}\` alone`;
}

function shortBaseline({ feature }: Baseline): string {
  return feature === undefined ? 'baseline' : `\`${feature}\` alone`;
}

function sentence(primary: string, value: number | undefined, baseline: Baseline | undefined, isBelow: boolean): string {
  const name = shortName(primary);
  if (value === undefined || baseline === undefined) return `${name} could not be compared with a baseline.`;
  return isBelow
    ? `On the validation rows ${name} is ${showNumber(value)}: no better than ${nameOf(baseline)} (${showNumber(baseline.value)}). Look at the target, the split and the features before the estimator.`
    : `On the validation rows ${name} is ${showNumber(value)}, against ${showNumber(baseline.value)} of ${nameOf(baseline)}. The verdict is given on test rows, by evaluate.`;
}

function metricsSection({ metrics, params }: Trained, task: ReturnType<typeof metricTask>, primary: string): Section {
  const names = [
    ...params.custom_metrics.map(({ name }) => name),
    ...metricsOf(task)
      .filter(({ name, usableInCriteria }) => usableInCriteria && name !== 'score')
      .map(({ name }) => name),
  ].filter(
    (name, index, all) => all.indexOf(name) === index && (metrics.training[name] !== undefined || metrics.validation[name] !== undefined),
  );
  const first = [...names.filter((name) => name === primary), ...names.filter((name) => name !== primary)];
  const { best_feature: single } = metrics;
  const cell = (value: number | undefined) => value ?? { missing: 'undefined here' };
  return {
    id: 'metrics',
    title: 'Model performance',
    note: `The baseline predicts the training mean, or the most frequent class with the class shares, for every validation row.${single === undefined ? '' : ` \`${single.feature}\` alone is the best model of one feature: means of up to 16 groups of its values.`}`,
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: 'metric', label: 'Metric' },
          { key: 'training', label: 'Training', align: 'right' },
          { key: 'validation', label: 'Validation', align: 'right' },
          { key: 'baseline', label: 'Baseline', align: 'right' },
          ...(single === undefined ? [] : [{ key: 'single', label: `${single.feature} alone`, align: 'right' as const }]),
        ],
        rows: first.map((name) => ({
          metric: name,
          training: cell(metrics.training[name]),
          validation: cell(metrics.validation[name]),
          baseline: cell(metrics.baseline[name]),
          ...(single !== undefined && { single: cell(single.metrics[name]) }),
        })),
      },
    ],
  };
}

/** Which part of TensorFlow.js trained a network: another one gives other last digits. */
function computedOn(fitted: FittedModel): string {
  const { backend, backend_note: note } = fitted.describe() as { readonly backend?: string; readonly backend_note?: string };
  if (fitted.modelSummary === undefined || backend === undefined) return '';
  return ` TensorFlow.js computed on its backend \`${backend}\`${note === undefined ? '' : `, since ${note}`}.`;
}

function learningSection({ history, fitted }: Trained): readonly Section[] {
  const loss = (part: string) => Object.entries(history).find(([name]) => name.startsWith(`${part}_`));
  const series = [
    { found: loss('training'), label: 'training', role: 'other' as const },
    { found: loss('validation'), label: 'validation', role: 'model' as const },
  ].flatMap(({ found, label, role }) => (found === undefined || found[1].length < 2 ? [] : [{ label, role, points: found[1] }]));
  if (series.length === 0) return [];
  const described = fitted.describe();
  const best = described['best_iteration'] ?? described['best_epoch'];
  return [
    {
      id: 'learning',
      title: 'Learning curve',
      blocks: [
        {
          kind: 'figures',
          figures: [
            {
              form: 'line',
              title: 'Loss by iteration',
              description: `Loss on ${series.map(({ label, points }) => `${label} goes from ${showNumber(points[0]?.[1] ?? 0)} to ${showNumber(points.at(-1)?.[1] ?? 0)}`).join(', on ')}`,
              xLabel: 'iteration',
              yLabel: 'loss',
              series,
              ...(typeof best === 'number' && { mark: { x: best, label: `best: ${best}` } }),
            },
          ],
        },
      ],
    },
  ];
}

const SHOWN_FEATURES = 20;

function importanceSection({ fitted, features }: Trained): readonly Section[] {
  const importance = fitted.featureImportance?.();
  if (importance === undefined) return [];
  const ranked = features
    .map(({ name }, index) => ({ label: name, value: importance[index] ?? 0 }))
    .sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
  const used = ranked.filter(({ value }) => value > 0);
  if (used.length === 0) return [];
  const block: CardBlock = {
    kind: 'figures',
    figures: [
      {
        form: 'bars',
        title: 'Share of the model’s own importance',
        description: `The most used feature is ${used[0]?.label}, with ${((used[0]?.value ?? 0) * 100).toFixed(0)} % of the importance`,
        bars: used.slice(0, SHOWN_FEATURES),
        format: 'percent',
      },
    ],
  };
  const unused = ranked.length - used.length;
  const note = `From the training rows, by the model itself; evaluate measures importance on test rows.${unused === 0 ? '' : ` ${plural(unused, 'feature')} ${unused === 1 ? 'is' : 'are'} not used.`}`;
  return [{ id: 'importance', title: 'What the model uses', note, blocks: [block] }];
}

function parametersSection({ estimator, fitted }: Trained): Section {
  const rows = [
    ...Object.entries(estimator.params),
    ...Object.entries(fitted.describe()).map(([name, value]) => [`fitted: ${name}`, value] as const),
  ];
  return {
    id: 'parameters',
    title: 'Parameters',
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: 'name', label: 'Parameter' },
          { key: 'value', label: 'Value', align: 'right' },
        ],
        rows: rows.map(([name, value]) => ({
          name,
          value: typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value),
        })),
      },
    ],
  };
}
