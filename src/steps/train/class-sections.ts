/** What the train card says of classes: from where on a row is positive, whether probabilities come true, who counts how much. */
import type { Finding, Section } from '../../cards/blocks.ts';
import { shortName } from '../headline-metrics.ts';
import { showNumber, showPercent } from '../show-number.ts';
import { plural } from '../wording.ts';
import { calibrationFindings, calibrationSection } from './calibration-section.ts';
import type { ClassesShown } from './classes-shown.ts';
import type { LabelThreshold } from './label-threshold.ts';

export function classFindings(shown: ClassesShown): readonly Finding[] {
  const { labels, wanted, report, takesWeights } = shown;
  const findings: Finding[] = [];
  if (report.weights !== undefined && !takesWeights)
    findings.push({
      code: 'TRAIN_CLASS_WEIGHT_UNUSED',
      severity: 'warning',
      message:
        'the estimator takes no weights, so `class_weight` changed nothing: `rebalance_training_data` works with any estimator of two classes',
    });
  if (report.rebalanced !== undefined) {
    const { before, after } = report.rebalanced;
    const lost = before.findIndex((rows, code) => rows !== after[code]);
    findings.push({
      code: 'TRAIN_REBALANCED',
      severity: 'info',
      message: `${showNumber(after[lost] ?? 0)} of ${plural(before[lost] ?? 0, 'row')} of \`${labels[lost]}\` were learned from, so that \`${labels[1 - lost]}\` has ${showPercent((after[1 - lost] ?? 0) / sum(after))} and not ${showPercent((before[1 - lost] ?? 0) / sum(before))}; probabilities are corrected back`,
    });
  }
  if (report.isBalanced === true)
    findings.push({
      code: 'TRAIN_NOT_REBALANCED',
      severity: 'info',
      message: `no row was left out: the smaller class has ${showPercent(wanted.rebalance ?? 0)} of the training rows already`,
    });
  findings.push(...calibrationFindings(shown));
  const { threshold } = report;
  if (threshold !== undefined) findings.push(thresholdFinding(threshold, labels[1] ?? ''));
  return findings;
}

function thresholdFinding(threshold: LabelThreshold, positive: string): Finding {
  if (threshold.value === undefined)
    return {
      code: 'TRAIN_NO_THRESHOLD',
      severity: threshold.isOwn ? 'info' : 'warning',
      message: `no threshold could be chosen: the validation rows are all of one class, so the likelier class is predicted`,
    };
  return { code: 'TRAIN_THRESHOLD', severity: 'info', message: thresholdText(threshold, positive) };
}

/** `rows are \`yes\` from a probability of 0.21 on: validation F1 0.41 there and 0 at 0.5 (base rate 9.9 %, PR AUC 0.25)` */
export function thresholdText(threshold: LabelThreshold, positive: string): string {
  const { value = 0.5, reached, baseRate, areaUnderPrecisionRecall: area } = threshold;
  const what = measured(threshold);
  const values =
    reached === undefined ? '' : `: validation ${what} ${showNumber(reached.value)} there and ${showNumber(reached.atHalf)} at 0.5`;
  const ranking = area === undefined ? '' : `, PR AUC ${showNumber(area)}`;
  return `rows are \`${positive}\` from a probability of ${showNumber(value)} on${values} (base rate ${showPercent(baseRate)}${ranking})`;
}

function measured({ by, metric }: LabelThreshold): string {
  return by === 'cost' ? 'cost of a row' : shortName(metric ?? 'f1_score');
}

export function classSections(shown: ClassesShown): readonly Section[] {
  return [...thresholdSection(shown), ...calibrationSection(shown), ...weightSection(shown)];
}

function thresholdSection({ report: { threshold }, labels }: ClassesShown): readonly Section[] {
  if (threshold?.value === undefined) return [];
  const { value, reached, baseRate, positives, areaUnderPrecisionRecall: area, by } = threshold;
  const rows = [
    { name: 'Threshold', value },
    ...(reached === undefined
      ? []
      : [
          { name: `Validation ${measured(threshold)} at the threshold`, value: reached.value },
          { name: `Validation ${measured(threshold)} at 0.5`, value: reached.atHalf },
        ]),
    { name: `Base rate of ${labels[1]} in training`, value: showPercent(baseRate) },
    ...(area === undefined ? [] : [{ name: 'Validation PR AUC', value: area }]),
    { name: `Validation rows of ${labels[1]}`, value: positives },
  ];
  return [
    {
      id: 'threshold',
      title: 'Threshold of the label',
      note: `A row is called ${labels[1]} from this probability on, wherever the model is used. ${WHY[by](threshold)}`,
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'name', label: 'Of the label' },
            { key: 'value', label: 'Value', align: 'right' },
          ],
          rows,
        },
      ],
    },
  ];
}

const FEW_POSITIVES = 30;

const WHY: Readonly<Record<LabelThreshold['by'], (threshold: LabelThreshold) => string>> = {
  recipe: () => 'It is the one of recipe.yaml.',
  cost: () => 'It was chosen on the validation rows, where mistakes cost least there; cost is the mean of a row.',
  metric: (threshold) => {
    const { isOwn, instead, positives } = threshold;
    const because = isOwn
      ? ', because the smaller class has under 20 % of the training rows; `threshold: 0.5` in steps.train turns it off'
      : '';
    const other = instead === undefined ? '' : ` ${shortName(instead)} does not decide on labels, so ${measured(threshold)} does.`;
    const few = positives < FEW_POSITIVES ? ` With ${plural(positives, 'positive row')} another split can give another one.` : '';
    return `It was chosen on the validation rows, where ${measured(threshold)} is best there${because}.${other}${few}`;
  },
};

function weightSection({ labels, wanted, report: { rebalanced, weights } }: ClassesShown): readonly Section[] {
  if (rebalanced === undefined && weights === undefined) return [];
  const isOff = wanted.calibrate_proba === undefined && weights !== undefined;
  return [
    {
      id: 'classes',
      title: 'What the classes count',
      ...(isOff && {
        note: 'With class weights the probabilities are those of rows that are weighted so, not of the rows as they come; `calibrate_proba` brings them back.',
      }),
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'label', label: 'Class' },
            ...(rebalanced === undefined
              ? []
              : [
                  { key: 'before', label: 'Training rows', align: 'right' as const, format: 'integer' as const },
                  { key: 'after', label: 'Learned from', align: 'right' as const, format: 'integer' as const },
                ]),
            ...(weights === undefined ? [] : [{ key: 'weight', label: 'Weight of a row', align: 'right' as const }]),
          ],
          rows: labels.map((label, code) => ({
            label,
            ...(rebalanced !== undefined && { before: rebalanced.before[code] ?? 0, after: rebalanced.after[code] ?? 0 }),
            ...(weights !== undefined && { weight: weights[code] ?? 0 }),
          })),
        },
      ],
    },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
