/** How a classifier of two classes ranks, whether its probabilities come true, and what other thresholds would do. */
import type { CardBlock, Figure, Section } from '../../cards/blocks.ts';
import { calibration } from '../../ml/evaluate/calibration.ts';
import { gainCurve, type Point, precisionRecallCurve, rocCurve } from '../../ml/evaluate/curves.ts';
import { type ScoreSteps, scoreSteps } from '../../ml/evaluate/score-steps.ts';
import { thresholdTable } from '../../ml/evaluate/thresholds.ts';
import { columnOf, membership } from '../../ml/metrics/classification.ts';
import { showNumber, showPercent } from '../show-number.ts';
import { calibrationErrorText } from './calibration-error.ts';
import type { Evaluated } from './evaluated.ts';
import { metricCell } from './key-number.ts';

/** Nothing without probabilities: all of it is about them. */
export function binarySections(
  { scores, sampleWeight, model }: Evaluated,
  codes: Int32Array,
  classes: readonly string[],
): readonly Section[] {
  if (scores === undefined) return [];
  const positive = classes[1] as string;
  const probability = columnOf(scores, 2, 1);
  const isPositive = membership(codes, 1);
  const steps = scoreSteps(probability, isPositive, sampleWeight);
  const calibrated = calibration(probability, isPositive, { weight: sampleWeight });
  const figures: Figure[] = [
    ...curves(steps, positive),
    {
      form: 'calibration',
      title: 'Calibration',
      description: `Of the rows with a mean probability, how many are ${positive}; ${calibrationErrorText(calibrated.expectedCalibrationError)}`,
      xLabel: 'mean probability',
      yLabel: 'observed share',
      bins: calibrated.bins,
    },
  ];
  const blocks: CardBlock[] = [{ kind: 'figures', figures }];
  if (steps.positives === 0 || steps.negatives === 0) {
    const only = steps.positives === 0 ? classes[0] : positive;
    blocks.unshift({ kind: 'note', tone: 'close', text: `All test rows are ${only}: the curves that compare both classes do not exist.` });
  }
  return [
    { id: 'curves', title: 'Curves', note: `Probabilities are those of ${positive}, the positive class.`, blocks },
    thresholdSection(steps, scoreHistogram(probability, isPositive, classes), { threshold: model.adjustment?.threshold, positive }),
  ];
}

/** Without rows of one class some of them do not exist, and an empty figure would look like a finding. */
function curves(steps: ScoreSteps, positive: string): readonly Figure[] {
  const share = steps.positives / (steps.positives + steps.negatives);
  const diagonal: readonly Point[] = [
    [0, 0],
    [1, 1],
  ];
  const drawn = [
    {
      title: 'ROC',
      description: 'True positive rate against false positive rate over all thresholds; the diagonal is guessing',
      xLabel: 'false positive rate',
      yLabel: 'true positive rate',
      points: rocCurve(steps),
      reference: { label: 'guessing', points: diagonal },
    },
    {
      title: 'Precision–recall',
      description: `Precision against recall over all thresholds; the base rate of ${positive} is ${showPercent(share)}`,
      xLabel: 'recall',
      yLabel: 'precision',
      points: precisionRecallCurve(steps),
      reference: {
        label: `base rate ${showPercent(share)}`,
        points: [
          [0, share],
          [1, share],
        ] satisfies Point[],
      },
    },
    {
      title: 'Cumulative gain',
      description: `Share of all ${positive} rows found among the rows with the highest probabilities`,
      xLabel: 'share of rows',
      yLabel: `share of ${positive} found`,
      points: steps.positives === 0 ? [] : [[0, 0] satisfies Point, ...gainCurve(steps).map(({ share: x, gain }): Point => [x, gain])],
      reference: { label: 'random order', points: diagonal },
    },
  ];
  return drawn.flatMap(({ points, reference, ...frame }): readonly Figure[] => {
    if (points.length === 0) return [];
    const series = [
      { label: 'this model', role: 'model' as const, points },
      { ...reference, role: 'reference' as const },
    ];
    return [{ form: 'line', ...frame, xDomain: [0, 1], yDomain: [0, 1], series }];
  });
}

function thresholdSection(
  steps: ScoreSteps,
  scores: Figure,
  { threshold, positive }: { readonly threshold: number | undefined; readonly positive: string },
): Section {
  const own = threshold === undefined ? '' : `The model calls a row ${positive} from ${showNumber(threshold)} on. `;
  return {
    id: 'thresholds',
    title: 'Thresholds',
    note: `${own}What another threshold would do on the test rows. Choose one on validation rows: chosen here, the numbers are too good.`,
    blocks: [
      { kind: 'figures', figures: [scores] },
      {
        kind: 'table',
        columns: [
          { key: 'threshold', label: 'Threshold', align: 'right' },
          { key: 'flagged', label: 'Flagged', align: 'right', format: 'percent' },
          { key: 'precision', label: 'Precision', align: 'right' },
          { key: 'recall', label: 'Recall', align: 'right' },
          { key: 'f1', label: 'F1', align: 'right' },
        ],
        rows: thresholdTable(steps, 11).map(({ threshold, flagged, precision, recall, f1 }) => ({
          threshold,
          flagged,
          precision: metricCell(precision),
          recall: metricCell(recall),
          f1: metricCell(f1),
        })),
      },
    ],
  };
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
