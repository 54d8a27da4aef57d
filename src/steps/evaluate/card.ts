/** The card of the `evaluate` step: decision first, then evidence, then detail. All of it is about the test rows. */
import type { CardContent, Finding, KeyNumber, Section } from '../../cards/blocks.ts';
import type { FeatureImportance } from '../../ml/evaluate/permutation-importance.ts';
import { primaryMetric, shortName } from '../headline-metrics.ts';
import { showNumber } from '../show-number.ts';
import { foldText } from '../train/fold-section.ts';
import { plural } from '../wording.ts';
import { classificationKeyNumbers, classificationSections } from './classification-sections.ts';
import type { Evaluated } from './evaluated.ts';
import { contributionSection, dependenceSection } from './explanation-sections.ts';
import { evaluateFindings } from './findings.ts';
import { keyNumber } from './key-number.ts';
import { metricsSection } from './metrics-section.ts';
import { regressionKeyNumbers, regressionSections } from './regression-sections.ts';
import { sliceSection } from './slice-section.ts';
import { worstSection } from './worst-section.ts';

export function evaluateCard(evaluated: Evaluated): {
  readonly card: CardContent;
  readonly findings: readonly Finding[];
  readonly summary: string;
} {
  const { verdict, criteria } = evaluated;
  const failed = criteria.filter(({ result }) => result.startsWith('fail'));
  const primary = primaryText(evaluated);
  const headline = { VALIDATED: 'Ready to register', REJECTED: 'Not ready to register', UNKNOWN: 'Evaluated, without a gate' }[verdict];
  return {
    findings: evaluateFindings(evaluated),
    summary: `${verdict} · ${primary}`,
    card: {
      status: verdict === 'REJECTED' ? 'rejected' : 'done',
      headline,
      sentence: `${sentence(evaluated, failed.length, primary)}${weighted(evaluated)}`,
      keyNumbers: keyNumbers(evaluated),
      sections: [
        ...criteriaSection(evaluated),
        metricsSection(evaluated),
        ...(evaluated.task === 'regression' ? regressionSections(evaluated) : classificationSections(evaluated)),
        ...sliceSection(evaluated),
        ...importanceSection(evaluated),
        ...contributionSection(evaluated),
        ...dependenceSection(evaluated),
        worstSection(evaluated),
      ],
    },
  };
}

/** `test RMSE 534.1 (95 % 512 … 556)` */
function primaryText({ task, params, metrics, bootstrap, training }: Evaluated): string {
  const name = primaryMetric(task, params.primary_metric);
  const measured = metrics.get(name);
  if (measured?.value === undefined) return `test ${shortName(name)} is undefined: ${measured?.missing ?? 'not measured'}`;
  const interval = bootstrap.intervals.get(name);
  const sure =
    interval === undefined || interval.missing !== undefined || interval.low === interval.high
      ? ''
      : ` (95 % ${showNumber(interval.low)} … ${showNumber(interval.high)})`;
  const cross = foldText(training.cross_validation, name);
  const folds = cross === undefined ? '' : `, cross-validation ${cross}`;
  const other = task === 'regression' ? 'r2_score' : 'roc_auc';
  const second = name === other ? undefined : metrics.get(other)?.value;
  const also = second === undefined ? '' : `, ${shortName(other)} ${showNumber(second)}`;
  return `test ${shortName(name)} ${showNumber(measured.value)}${sure}${folds}${also}`;
}

function sentence({ verdict, criteria, x }: Evaluated, failed: number, primary: string): string {
  const rows = `On ${plural(x.rowCount, 'test row')}`;
  const result = primary.replace(/^test /, '');
  if (verdict === 'UNKNOWN')
    return `${rows}: ${result}. Without validation_criteria there is no verdict, and register takes no model without one unless the recipe allows it.`;
  const close = criteria.filter(({ result: word }) => word.endsWith('close')).length;
  const sure = close === 0 ? '' : ` ${close === 1 ? 'One is' : `${close} are`} close: the interval crosses the limit.`;
  return verdict === 'VALIDATED'
    ? `${rows}: ${result}. ${criteria.length === 1 ? 'The criterion is met' : `All ${criteria.length} criteria are met`}.${sure}`
    : `${rows}: ${result}. ${failed} of ${criteria.length} criteria failed, and register takes no rejected model unless the recipe allows it.${sure}`;
}

/** What is counted in rows on this card is not weighted. */
function weighted({ model, task }: Evaluated): string {
  if (model.weight === undefined) return '';
  const except = task === 'regression' ? 'figures of residuals count rows' : 'the confusion matrix counts rows';
  return ` Metrics and intervals are weighted by \`${model.weight}\`; ${except}.`;
}

function keyNumbers(evaluated: Evaluated): readonly KeyNumber[] {
  const own = evaluated.task === 'regression' ? regressionKeyNumbers(evaluated) : classificationKeyNumbers(evaluated);
  // The metric that the recipe is judged by is the first, also when it is one of the user's.
  const primary = keyNumber(evaluated, primaryMetric(evaluated.task, evaluated.params.primary_metric));
  const others = own.filter(({ label }) => label !== primary.label);
  return [
    ...[primary, ...others].slice(0, 5),
    { label: 'Test rows', value: evaluated.x.rowCount, format: 'integer', context: evaluated.bootstrap.method },
  ];
}

function criteriaSection({ criteria }: Evaluated): readonly Section[] {
  if (criteria.length === 0) return [];
  return [
    {
      id: 'criteria',
      title: 'Validation criteria',
      note: 'Checked on the test rows only. The dot is the measured value, the bar its 95 % bootstrap interval, the tick the limit from recipe.yaml.',
      blocks: [{ kind: 'criteria', criteria }],
    },
  ];
}

const SHOWN_FEATURES = 15;

function importanceSection({ importance, explanation }: Evaluated): readonly Section[] {
  const { result, metric, repeats, rows } = importance;
  const together = explanation.groups.some(({ features }) => features.length > 1)
    ? ' Features made of one column are shuffled together.'
    : '';
  const note = `Rise of the error, or fall of the score, in ${shortName(metric)} when one feature is shuffled among ${showNumber(rows)} test rows, ${repeats} times; the bar shows ± one standard deviation.${together} Features that say the same hide each other.`;
  if ('missing' in result)
    return [
      {
        id: 'importance',
        title: 'What the model uses',
        blocks: [{ kind: 'note', tone: 'plain', text: `Not measured: ${result.missing}.` }],
      },
    ];
  const top = result.slice(0, SHOWN_FEATURES);
  return [
    {
      id: 'importance',
      title: 'What the model uses',
      note,
      blocks: [
        {
          kind: 'figures',
          figures: [
            {
              form: 'bars',
              title: `Loss of ${shortName(metric)} when shuffled`,
              description: mostNeeded(top[0], metric),
              bars: top.map(({ feature, mean, standardDeviation }) => ({
                label: feature,
                value: mean,
                low: mean - standardDeviation,
                high: mean + standardDeviation,
              })),
            },
          ],
        },
      ],
    },
  ];
}

/** Features come most important first. */
function mostNeeded(first: FeatureImportance | undefined, metric: string): string {
  if (first === undefined) return 'There are no features';
  if (first.mean <= 0)
    return `Shuffling makes ${shortName(metric)} worse for no feature: the model learned nothing that holds on the test rows`;
  return `The model depends most on ${first.feature}: shuffled, ${shortName(metric)} is worse by ${showNumber(first.mean)}`;
}
