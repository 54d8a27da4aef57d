/** Where a regression errs: against the truth, along the prediction, by size of the target. */
import type { Figure, KeyNumber, Section } from '../../cards/blocks.ts';
import {
  errorByTargetDecile,
  predictedAgainstActual,
  residualAgainstPredicted,
  residualBand,
  residualHistogram,
  residualsOf,
  worstErrorShare,
} from '../../ml/evaluate/residuals.ts';
import { showNumber, showPercent } from '../show-number.ts';
import type { Evaluated } from './evaluated.ts';
import { keyNumber } from './key-number.ts';

export function regressionKeyNumbers(evaluated: Evaluated): readonly KeyNumber[] {
  const { target, prediction } = evaluated;
  const share = target.kind === 'regression' && prediction.length > 0 ? worstErrorShare(residualsOf(target.values, prediction)) : undefined;
  return [
    keyNumber(evaluated, 'root_mean_squared_error'),
    keyNumber(evaluated, 'mean_absolute_error'),
    keyNumber(evaluated, 'r2_score'),
    keyNumber(evaluated, 'mean_absolute_percentage_error'),
    {
      label: 'Error in the worst 1 %',
      value: share ?? { missing: 'no test rows' },
      format: 'percent',
      context: 'share of the squared error',
      tone: share !== undefined && share > 0.5 ? 'close' : 'plain',
    },
  ];
}

export function regressionSections({ target, prediction, params }: Evaluated): readonly Section[] {
  if (target.kind !== 'regression' || prediction.length === 0) return [];
  const residuals = residualsOf(target.values, prediction);
  const figures: Figure[] = [];
  const agreement = predictedAgainstActual(target.values, prediction);
  if (agreement !== undefined) {
    figures.push({
      form: 'density',
      title: 'Predicted against actual',
      description: `Rows by actual and predicted ${params.target}; on the dashed line the prediction is exact${outsideText(agreement.outside)}`,
      xLabel: `actual ${params.target}`,
      yLabel: 'predicted',
      cells: agreement.cells,
      cellWidth: agreement.cellWidth,
      cellHeight: agreement.cellHeight,
      identity: true,
    });
  }
  const scatter = residualAgainstPredicted(prediction, residuals);
  if (scatter !== undefined) {
    figures.push({
      form: 'density',
      title: 'Residual against predicted',
      description: `Prediction minus truth along the prediction; a trend would be something the model missed${outsideText(scatter.outside)}`,
      xLabel: 'predicted',
      yLabel: 'residual',
      cells: scatter.cells,
      cellWidth: scatter.cellWidth,
      cellHeight: scatter.cellHeight,
      zeroLine: true,
    });
  }
  const band = residualBand(prediction, residuals);
  if (band.length > 1) {
    figures.push({
      form: 'line',
      title: 'Median residual and its 10–90 % band',
      description: `The band of the residuals is ${showNumber((band.at(-1)?.p90 ?? 0) - (band.at(-1)?.p10 ?? 0))} wide at the highest predictions and ${showNumber((band[0]?.p90 ?? 0) - (band[0]?.p10 ?? 0))} at the lowest`,
      xLabel: 'predicted',
      yLabel: 'residual',
      series: [
        { label: 'median', role: 'model', points: band.map(({ prediction: x, median }) => [x, median] as const) },
        { label: '10 %', role: 'other', points: band.map(({ prediction: x, p10 }) => [x, p10] as const) },
        { label: '90 %', role: 'other', points: band.map(({ prediction: x, p90 }) => [x, p90] as const) },
      ],
    });
  }
  const counted = residualHistogram(residuals);
  if (counted !== undefined) {
    const beyond = counted.underflow + counted.overflow;
    figures.push({
      form: 'histogram',
      title: 'Residuals',
      description: `How many rows have which error${outsideText(beyond)}`,
      xLabel: 'prediction − truth',
      yLabel: 'rows',
      edges: counted.edges,
      series: [{ label: 'test', counts: counted.counts }],
    });
  }
  const groups = errorByTargetDecile(target.values, prediction);
  return [
    {
      id: 'errors',
      title: 'Errors',
      note: `In the worst 1 % of the rows lies ${showPercent(worstErrorShare(residuals))} of the squared error.`,
      blocks: [{ kind: 'figures', figures }],
    },
    {
      id: 'deciles',
      title: `Error by size of ${params.target}`,
      note: 'Test rows in groups of about equal size, from the smallest targets to the largest.',
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'from', label: 'From', align: 'right' },
            { key: 'to', label: 'To', align: 'right' },
            { key: 'rows', label: 'Rows', align: 'right', format: 'integer' },
            { key: 'bias', label: 'Bias', align: 'right' },
            { key: 'mae', label: 'MAE', align: 'right' },
            { key: 'rmse', label: 'RMSE', align: 'right' },
          ],
          rows: groups.map(({ from, to, rows, bias, meanAbsoluteError, rootMeanSquaredError }) => ({
            from,
            to,
            rows,
            bias,
            mae: meanAbsoluteError,
            rmse: rootMeanSquaredError,
          })),
        },
      ],
    },
  ];
}

function outsideText(rows: number): string {
  return rows === 0 ? '' : `; ${showNumber(rows)} extreme rows lie outside the figure`;
}
