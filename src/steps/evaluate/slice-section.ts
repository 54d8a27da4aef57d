/** Parts of the test rows on which the model is worse than elsewhere. */
import type { Section } from '../../cards/blocks.ts';
import type { FeatureMatrix } from '../../ml/estimator.ts';
import { rowErrors } from '../../ml/evaluate/row-errors.ts';
import { oneWaySlices, type Slice } from '../../ml/evaluate/slices.ts';
import { showNumber } from '../show-number.ts';
import type { Evaluated } from './evaluated.ts';

export function sliceSection({ x: all, target, prediction, scores, transformer, hidden }: Evaluated): readonly Section[] {
  if (prediction.length === 0) return [];
  const x = withoutFeatures(all, hidden.features);
  const losses = rowErrors(target, prediction, scores).map(Math.abs);
  const { overall, examined, tooSmall, slices } = oneWaySlices(x, losses, { limit: 12 });
  if (slices.length === 0) return [];
  const loss =
    target.kind === 'regression'
      ? 'mean absolute error'
      : scores === undefined
        ? 'error rate'
        : 'mean of 1 − probability of the true class';
  return [
    {
      id: 'slices',
      title: 'Performance by slice',
      note: `${loss[0]?.toUpperCase()}${loss.slice(1)} by feature, worst first; ${showNumber(overall)} over all test rows. Intervals are widened for the ${examined} slices that were examined; ${tooSmall} had fewer than 30 rows.`,
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'feature', label: 'Feature' },
            { key: 'where', label: 'Value' },
            { key: 'rows', label: 'Rows', align: 'right', format: 'integer' },
            { key: 'loss', label: 'Error', align: 'right' },
            { key: 'interval', label: 'Interval; tick: all rows', graphic: 'interval' },
            { key: 'share', label: 'Of all error', align: 'right', format: 'percent' },
          ],
          rows: slices.map((slice) => ({
            feature: slice.feature,
            where: whereText(slice, transformer.features.find(({ name }) => name === slice.feature)?.labels),
            rows: slice.rows,
            loss: slice.loss,
            interval: { low: slice.low, value: slice.loss, high: slice.high, limit: overall },
            share: slice.shareOfLoss,
          })),
        },
      ],
    },
  ];
}

/** A slice names a value, or the ends of a range. */
function withoutFeatures(x: FeatureMatrix, hidden: ReadonlySet<string>): FeatureMatrix {
  const isShown = x.features.map(({ name }) => !hidden.has(name));
  return { ...x, features: x.features.filter((_, index) => isShown[index]), columns: x.columns.filter((_, index) => isShown[index]) };
}

function whereText({ where }: Slice, labels: readonly string[] | undefined): string {
  switch (where.kind) {
    case 'missing':
      return 'missing';
    case 'level':
      return labels?.[where.code] ?? `level ${where.code}`;
    case 'range':
      return where.from === where.to ? showNumber(where.from) : `${showNumber(where.from)} … ${showNumber(where.to)}`;
  }
}
