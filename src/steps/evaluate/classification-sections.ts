/** How a classifier ranks, whether its probabilities come true, and which classes it takes for which. */
import type { Cell, Figure, KeyNumber, Section } from '../../cards/blocks.ts';
import { calibration, topClass } from '../../ml/evaluate/calibration.ts';
import { gainCurve, precisionRecallCurve, rocCurve } from '../../ml/evaluate/curves.ts';
import { perClassReport, topConfusions } from '../../ml/evaluate/per-class.ts';
import { scoreSteps } from '../../ml/evaluate/score-steps.ts';
import { thresholdTable } from '../../ml/evaluate/thresholds.ts';
import { columnOf, membership } from '../../ml/metrics/classification.ts';
import { type Confusion, confusionMatrix } from '../../ml/metrics/confusion.ts';
import type { MetricValue } from '../../ml/metrics/outcome.ts';
import { showNumber, showPercent } from '../show-number.ts';
import type { Evaluated } from './evaluated.ts';
import { keyNumber } from './key-number.ts';

export function classificationKeyNumbers(evaluated: Evaluated): readonly KeyNumber[] {
  const { task, scores } = evaluated;
  if (task === 'binary') {
    const names = scores === undefined ? ['f1_score', 'precision_score', 'recall_score', 'accuracy_score'] : ['f1_score', 'roc_auc', 'precision_recall_auc', 'log_loss', 'accuracy_score'];
    return names.map((name) => keyNumber(evaluated, name));
  }
  const names = scores === undefined ? ['f1_score_macro', 'accuracy_score', 'precision_score', 'recall_score'] : ['f1_score_macro', 'accuracy_score', 'roc_auc', 'log_loss'];
  return names.map((name) => keyNumber(evaluated, name));
}

export function classificationSections(evaluated: Evaluated): readonly Section[] {
  const { target, prediction } = evaluated;
  if (target.kind !== 'classification' || prediction.length === 0) return [];
  const confusion = confusionMatrix(target.codes, Int32Array.from(prediction), target.classes.length);
  return [
    ...(evaluated.task === 'binary' ? binarySections(evaluated, target.codes, target.classes) : topClassSection(evaluated, target.codes, target.classes)),
    confusionSection(confusion, target.classes),
    perClassSection(confusion, target.classes),
  ];
}

function binarySections({ scores }: Evaluated, codes: Int32Array, classes: readonly string[]): readonly Section[] {
  if (scores === undefined) return [];
  const positive = classes.at(-1) as string;
  const probability = columnOf(scores, 2, 1);
  const isPositive = membership(codes, 1);
  const steps = scoreSteps(probability, isPositive);
  const share = steps.positives / (steps.positives + steps.negatives);
  const gains = gainCurve(steps);
  const calibrated = calibration(probability, isPositive);
  const figures: Figure[] = [
    scoreHistogram(probability, isPositive, classes),
    {
      form: 'line',
      title: 'ROC',
      description: 'True positive rate against false positive rate over all thresholds; the diagonal is guessing',
      xLabel: 'false positive rate',
      yLabel: 'true positive rate',
      xDomain: [0, 1],
      yDomain: [0, 1],
      series: [
        { label: 'this model', role: 'model', points: rocCurve(steps) },
        { label: 'guessing', role: 'reference', points: [[0, 0], [1, 1]] },
      ],
    },
    {
      form: 'line',
      title: 'Precision–recall',
      description: `Precision against recall over all thresholds; the base rate of ${positive} is ${showPercent(share)}`,
      xLabel: 'recall',
      yLabel: 'precision',
      xDomain: [0, 1],
      yDomain: [0, 1],
      series: [
        { label: 'this model', role: 'model', points: precisionRecallCurve(steps) },
        { label: `base rate ${showPercent(share)}`, role: 'reference', points: [[0, share], [1, share]] },
      ],
    },
    {
      form: 'calibration',
      title: 'Calibration',
      description: `Of the rows with a mean probability, how many are ${positive}; ${errorText(calibrated.expectedCalibrationError)}`,
      xLabel: 'mean probability',
      yLabel: 'observed share',
      bins: calibrated.bins,
    },
    {
      form: 'line',
      title: 'Cumulative gain',
      description: `Share of all ${positive} rows found among the rows with the highest probabilities`,
      xLabel: 'share of rows',
      yLabel: `share of ${positive} found`,
      xDomain: [0, 1],
      yDomain: [0, 1],
      series: [
        { label: 'this model', role: 'model', points: [[0, 0], ...gains.map(({ share: x, gain }) => [x, gain] as const)] },
        { label: 'random order', role: 'reference', points: [[0, 0], [1, 1]] },
      ],
    },
  ];
  const cell = (value: MetricValue): Cell => value.value ?? { missing: value.missing ?? '' };
  return [
    { id: 'curves', title: 'Curves', note: `Probabilities are those of ${positive}, the positive class.`, blocks: [{ kind: 'figures', figures }] },
    {
      id: 'thresholds',
      title: 'Thresholds',
      note: 'What another threshold would do on the test rows. Choose one on validation rows: chosen here, the numbers are too good.',
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'threshold', label: 'Threshold', align: 'right' },
            { key: 'flagged', label: 'Flagged', align: 'right', format: 'percent' },
            { key: 'precision', label: 'Precision', align: 'right' },
            { key: 'recall', label: 'Recall', align: 'right' },
            { key: 'f1', label: 'F1', align: 'right' },
          ],
          rows: thresholdTable(steps, 11).map(({ threshold, flagged, precision, recall, f1 }) => ({ threshold, flagged, precision: cell(precision), recall: cell(recall), f1: cell(f1) })),
        },
      ],
    },
  ];
}

function scoreHistogram(probability: Float64Array, isPositive: Uint8Array, classes: readonly string[]): Figure {
  const bins = 25;
  const counts = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)] as const;
  probability.forEach((value, row) => {
    const bin = Math.min(bins - 1, Math.floor(value * bins));
    const of = counts[isPositive[row] === 1 ? 1 : 0];
    of[bin] = (of[bin] ?? 0) + 1;
  });
  return {
    form: 'histogram',
    title: 'Score distribution',
    description: `Rows of each class by predicted probability of ${classes[1]}`,
    xLabel: `probability of ${classes[1]}`,
    yLabel: 'rows',
    edges: Array.from({ length: bins + 1 }, (_, index) => index / bins),
    series: [
      { label: classes[1] ?? '', counts: counts[1] },
      { label: classes[0] ?? '', counts: counts[0] },
    ],
  };
}

function topClassSection({ scores }: Evaluated, codes: Int32Array, classes: readonly string[]): readonly Section[] {
  if (scores === undefined) return [];
  const top = topClass(scores, codes, classes.length);
  const calibrated = calibration(top.scores, top.isCorrect);
  return [
    {
      id: 'calibration',
      title: 'Calibration of the predicted class',
      blocks: [
        {
          kind: 'figures',
          figures: [
            {
              form: 'calibration',
              title: 'Is it right as often as it says?',
              description: `Of the rows with a probability of the predicted class, how many are right; ${errorText(calibrated.expectedCalibrationError)}`,
              xLabel: 'mean probability',
              yLabel: 'share right',
              bins: calibrated.bins,
            },
          ],
        },
      ],
    },
  ];
}

function errorText(error: MetricValue): string {
  return error.value === undefined ? 'the calibration error is undefined' : `the expected calibration error is ${showNumber(error.value)}`;
}

/** More classes than this make no readable matrix; the table of confusions says it. */
const MOST_CLASSES = 20;

function confusionSection(confusion: Confusion, classes: readonly string[]): Section {
  const { size, counts } = confusion;
  const wrong = topConfusions(confusion, 8);
  return {
    id: 'confusion',
    title: 'Confusion',
    note: 'Rows are the truth, columns the prediction.',
    blocks: [
      ...(size > MOST_CLASSES
        ? []
        : [
            {
              kind: 'figures' as const,
              figures: [
                {
                  form: 'heat-map' as const,
                  title: 'Rows by true and predicted class',
                  description: wrong[0] === undefined ? 'Every row is right' : `The most frequent mistake is ${classes[wrong[0].truth]} taken for ${classes[wrong[0].predicted]}: ${wrong[0].count} rows`,
                  rows: classes,
                  columns: classes,
                  values: Array.from({ length: size }, (_, row) => Array.from(counts.subarray(row * size, (row + 1) * size))),
                  normalise: 'row' as const,
                },
              ],
            },
          ]),
      {
        kind: 'table',
        caption: 'Most frequent mistakes',
        columns: [
          { key: 'truth', label: 'Truth' },
          { key: 'predicted', label: 'Predicted' },
          { key: 'count', label: 'Rows', align: 'right', format: 'integer' },
          { key: 'share', label: 'Of the class', align: 'right', format: 'percent' },
        ],
        rows: wrong.map(({ truth, predicted, count, share }) => ({ truth: classes[truth] ?? '', predicted: classes[predicted] ?? '', count, share })),
      },
    ],
  };
}

function perClassSection(confusion: Confusion, classes: readonly string[]): Section {
  const cell = (value: MetricValue): Cell => value.value ?? { missing: value.missing ?? '' };
  return {
    id: 'classes',
    title: 'Per class',
    blocks: [
      {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'label', label: 'Class' },
          { key: 'support', label: 'Rows', align: 'right', format: 'integer' },
          { key: 'predicted', label: 'Predicted', align: 'right', format: 'integer' },
          { key: 'precision', label: 'Precision', align: 'right' },
          { key: 'precisionInterval', label: '95 %', graphic: 'interval' },
          { key: 'recall', label: 'Recall', align: 'right' },
          { key: 'recallInterval', label: '95 %', graphic: 'interval' },
          { key: 'f1', label: 'F1', align: 'right' },
        ],
        rows: perClassReport(confusion, classes).map(({ label, support, predicted, precision, recall, f1, precisionInterval, recallInterval }) => ({
          label,
          support,
          predicted,
          precision: cell(precision),
          precisionInterval: precision.value === undefined ? { missing: 'never predicted' } : { ...precisionInterval, value: precision.value },
          recall: cell(recall),
          recallInterval: recall.value === undefined ? { missing: 'not in the test rows' } : { ...recallInterval, value: recall.value },
          f1: cell(f1),
        })),
      },
    ],
  };
}
