/**
 * One realistic card of every kind, with invented data from a fixed generator: for tests of the renderers and for
 * looking at. `hostileCard` holds the names that an attacker or a careless export would choose.
 */
import type { Card, CardBlock, Figure, Provenance, Section } from '../../src/cards/blocks.ts';
import { failureCard } from '../../src/cards/failure-card.ts';
import { runCard } from '../../src/cards/run-card.ts';

/** Park–Miller: enough for pictures, the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
}

function bell(bins: number, centre: number, width: number, total: number, noise: () => number): number[] {
  const heights = Array.from({ length: bins }, (_, i) => Math.exp(-(((i - centre) / width) ** 2) / 2) * (0.9 + 0.2 * noise()));
  const sum = heights.reduce((a, b) => a + b, 0);
  return heights.map((h) => Math.round((h / sum) * total));
}

function steps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
}

const provenance: Provenance = {
  facts: [
    { label: 'run', value: '8f31c0b2' },
    { label: 'profile', value: 'production' },
    { label: 'finished', value: '2026-11-20 09:21 UTC' },
    { label: 'data', value: 'sha256 91c2f0a4…e0' },
    { label: 'config', value: 'sha256 4b1f77ce…a9' },
    { label: 'commit', value: 'a41e9d7 (clean)' },
    { label: 'seed', value: '42' },
    { label: 'mlrecipe', value: '0.1.0, node 20.19.5' },
    { label: 'reproduce', value: 'recipe run evaluate --profile production' },
  ],
};

function card(step: string, recipe: string, rest: Omit<Card, 'schemaVersion' | 'kind' | 'step' | 'recipe' | 'provenance'>): Card {
  return { schemaVersion: 1, kind: step, step, recipe, provenance, ...rest };
}

function section(id: string, title: string, note: string | undefined, ...blocks: CardBlock[]): Section {
  return { id, title, blocks, ...(note !== undefined && { note }) };
}

export function regressionEvaluateCard(): Card {
  const random = generator(7);
  const cells = new Map<string, { x: number; y: number; count: number }>();
  const residuals = new Map<string, { x: number; y: number; count: number }>();
  const add = (map: typeof cells, x: number, y: number, w: number, h: number): void => {
    const cx = (Math.floor(x / w) + 0.5) * w;
    const cy = (Math.floor(y / h) + 0.5) * h;
    const key = `${cx}|${cy}`;
    const cell = map.get(key) ?? { x: cx, y: cy, count: 0 };
    cell.count++;
    map.set(key, cell);
  };
  for (let i = 0; i < 5000; i++) {
    const predicted = 330 + Math.exp(6.4 + 1.05 * normal(random));
    const error = normal(random) * (120 + predicted * 0.09);
    if (predicted > 18_000) continue;
    add(cells, predicted, Math.max(326, predicted + error), 600, 600);
    add(residuals, predicted, error, 600, 260);
  }
  const coordinates = { xLabel: 'Predicted price ($)' };
  const figures: Figure[] = [
    {
      form: 'density',
      title: 'Actual against predicted',
      description: 'Points lie along the identity line and spread with the price.',
      ...coordinates,
      yLabel: 'Actual price ($)',
      cells: [...cells.values()],
      cellWidth: 600,
      cellHeight: 600,
      identity: true,
    },
    {
      form: 'density',
      title: 'Residual against predicted',
      description: 'The spread grows with the price; there is no trend.',
      ...coordinates,
      yLabel: 'Actual − predicted ($)',
      cells: [...residuals.values()],
      cellWidth: 600,
      cellHeight: 260,
      zeroLine: true,
    },
    {
      form: 'histogram',
      title: 'Residuals',
      description: 'Errors are symmetric; 95 % lie within ±1,140.',
      xLabel: 'Actual − predicted ($)',
      yLabel: 'Rows',
      edges: steps(-2400, 2400, 48),
      series: [{ label: 'rows', counts: bell(48, 23.6, 5.5, 10_788, random) }],
    },
    {
      form: 'bars',
      title: 'Mean absolute error by decile of the price',
      description: 'The error grows from 61 in the first to 1,043 in the last decile.',
      xLabel: 'Mean absolute error ($), 95% interval',
      bars: [61.2, 68.9, 84.3, 101.7, 152.4, 221.9, 298.1, 377.4, 521.6, 1043.2].map((value, i) => ({
        label: `decile ${i + 1}`,
        value,
        low: value * 0.94,
        high: value * 1.07,
      })),
    },
  ];
  return card('evaluate', 'diamond-prices', {
    status: 'done',
    headline: 'Ready to register',
    sentence:
      'The model predicts the price within $292 on average (95% interval 284 to 301) and meets all 3 criteria; the root mean squared error clears its limit only closely, so look at the most expensive decile before you rely on it.',
    keyNumbers: [
      { label: 'Root mean squared error', value: 561.3274, context: '95% CI 538.4 – 584.9', tone: 'close' },
      { label: 'Mean absolute error', value: 292.4419, context: '95% CI 284.1 – 300.8' },
      { label: 'R²', value: 0.98014, context: '95% CI 0.9783 – 0.9817', tone: 'good' },
      { label: 'Bias', value: -4.218, context: 'predicts too low by this much' },
      { label: 'Worst decile', value: 1043.2, context: 'decile 10, MAE' },
      { label: 'Test rows', value: 10_788, context: '0 dropped', format: 'integer' },
    ],
    findings: [
      {
        code: 'EVALUATE_CRITERION_CLOSE',
        severity: 'warning',
        column: 'root_mean_squared_error',
        message: 'The interval 538.4 – 584.9 crosses the limit 580.',
      },
      {
        code: 'EVALUATE_RESIDUAL_TREND',
        severity: 'info',
        message: 'The spread of the residuals grows with the prediction: 3.1 times wider in the upper half.',
      },
    ],
    sections: [
      section(
        'criteria',
        'Validation criteria',
        'Checked on the test split only. The dot is the measured value, the bar its 95% bootstrap interval, the tick the limit from recipe.yaml.',
        {
          kind: 'criteria',
          criteria: [
            {
              metric: 'root_mean_squared_error',
              value: 561.3274,
              threshold: 580,
              greaterIsBetter: false,
              result: 'pass-close',
              low: 538.4,
              high: 584.9,
              note: 'the interval crosses the limit',
            },
            {
              metric: 'mean_absolute_error',
              value: 292.4419,
              threshold: 320,
              greaterIsBetter: false,
              result: 'pass',
              low: 284.1,
              high: 300.8,
              note: 'clears with its whole interval',
            },
            {
              metric: 'r2_score',
              value: 0.98014,
              threshold: 0.95,
              greaterIsBetter: true,
              result: 'pass',
              low: 0.9783,
              high: 0.9817,
              note: 'clears with its whole interval',
            },
          ],
        },
      ),
      section(
        'metrics',
        'Metrics',
        'Training, validation and test side by side; intervals are 95% percentile bootstraps over the test rows and do not cover retraining.',
        {
          kind: 'table',
          sortable: true,
          columns: [
            { key: 'metric', label: 'Metric' },
            { key: 'training', label: 'Training' },
            { key: 'validation', label: 'Validation' },
            { key: 'test', label: 'Test' },
            { key: 'interval', label: '95% interval on test', graphic: 'interval' },
          ],
          rows: [
            {
              metric: 'root_mean_squared_error',
              training: 471.22,
              validation: 549.81,
              test: 561.3274,
              interval: { low: 538.4, value: 561.3, high: 584.9 },
            },
            {
              metric: 'mean_absolute_error',
              training: 251.76,
              validation: 288.13,
              test: 292.4419,
              interval: { low: 284.1, value: 292.4, high: 300.8 },
            },
            {
              metric: 'median_absolute_error',
              training: 118.05,
              validation: 131.4,
              test: 133.9,
              interval: { low: 129.7, value: 133.9, high: 138.3 },
            },
            {
              metric: 'max_error',
              training: 6120.4,
              validation: 7411.9,
              test: 8026.1,
              interval: { missing: 'an extreme has no bootstrap interval' },
            },
            {
              metric: 'mean_absolute_percentage_error',
              training: 0.0741,
              validation: 0.0823,
              test: 0.08361,
              interval: { low: 0.0815, value: 0.0836, high: 0.0858 },
            },
            {
              metric: 'r2_score',
              training: 0.98601,
              validation: 0.98092,
              test: 0.98014,
              interval: { low: 0.9783, value: 0.98014, high: 0.9817 },
            },
          ],
        },
      ),
      section(
        'errors',
        'Where it errs',
        'All on the test split.',
        { kind: 'figures', figures: figures.slice(0, 2) },
        { kind: 'figures', figures: figures.slice(2) },
      ),
      section(
        'slices',
        'Performance by slice',
        'Mean absolute error per slice, worst first; 17 slices of at least 100 rows were examined.',
        {
          kind: 'table',
          sortable: true,
          columns: [
            { key: 'column', label: 'Column' },
            { key: 'value', label: 'Value' },
            { key: 'rows', label: 'Rows', format: 'integer' },
            { key: 'mae', label: 'MAE' },
            { key: 'interval', label: '95% interval', graphic: 'interval' },
            { key: 'share', label: 'Share of error', format: 'percent' },
            { key: 'bias', label: 'Bias' },
          ],
          rows: [
            ['clarity', 'I1', 148, 512.7, 61, 0.024, 38.1],
            ['color', 'J', 562, 431.2, 33, 0.077, -12.4],
            ['cut', 'Premium', 2758, 341.9, 18, 0.299, -6.2],
            ['clarity', 'IF', 358, 338.8, 52, 0.038, -21.9],
            ['color', 'I', 1084, 329.5, 27, 0.113, 4.4],
            ['cut', 'Fair', 322, 311.4, 44, 0.032, 15.2],
            ['clarity', 'VS1', 1634, 289.2, 19, 0.15, -2.1],
            ['cut', 'Ideal', 4310, 261.8, 11, 0.358, -3.9],
            ['color', 'E', 1959, 244.1, 14, 0.152, -0.8],
          ].map(([column, value, rows, mae, half, share, bias]) => ({
            column: column as string,
            value: value as string,
            rows: rows as number,
            mae: mae as number,
            share: share as number,
            bias: bias as number,
            interval: { low: (mae as number) - (half as number), value: mae as number, high: (mae as number) + (half as number) },
          })),
        },
      ),
      section('features', 'What the model uses', 'Loss of R² when a column is shuffled, five times; the whisker is the spread.', {
        kind: 'figures',
        figures: [
          {
            form: 'bars',
            title: 'Permutation importance',
            description: 'carat carries most of the information, then clarity and color.',
            xLabel: 'R² lost when shuffled',
            bars: [
              ['carat', 0.812, 0.011],
              ['clarity', 0.0934, 0.004],
              ['color', 0.0611, 0.0031],
              ['y', 0.0412, 0.006],
              ['x', 0.0127, 0.0028],
              ['cut', 0.0043, 0.0007],
              ['depth', 0.0003, 0.0002],
              ['table', -0.0001, 0.0002],
            ].map(([label, value, spread]) => ({
              label: label as string,
              value: value as number,
              low: (value as number) - (spread as number),
              high: (value as number) + (spread as number),
            })),
          },
          {
            form: 'line',
            title: 'Partial dependence on carat',
            description: 'The price rises steeply up to 2 carat and is flat beyond.',
            xLabel: 'carat',
            yLabel: 'Mean prediction ($)',
            series: [
              {
                label: 'model',
                points: steps(0.2, 3, 40).map((x): [number, number] => [x, 15_500 / (1 + Math.exp(-(x - 1.55) * 3.1))]),
                role: 'model',
              },
            ],
            mark: { x: 0.7, label: 'median' },
          },
        ],
      }),
      section('worst', 'Worst predictions', 'Largest absolute error on the test split.', {
        kind: 'table',
        columns: [
          { key: 'row', label: 'Row' },
          { key: 'actual', label: 'Actual', format: 'integer' },
          { key: 'predicted', label: 'Predicted' },
          { key: 'error', label: 'Error' },
          { key: 'carat', label: 'carat' },
          { key: 'cut', label: 'cut' },
          { key: 'clarity', label: 'clarity' },
        ],
        rows: [
          [27_631, 18_531, 10_504.9, 8026.1, 2.32, 'Very Good', 'SI2'],
          [25_998, 15_223, 8411.4, 6811.6, 4.5, 'Fair', 'I1'],
          [23_644, 11_668, 17_841.2, -6173.2, 2.01, 'Premium', 'SI1'],
        ].map(([row, actual, predicted, error, carat, cut, clarity]) => ({
          row: String(row),
          actual: actual as number,
          predicted: predicted as number,
          error: error as number,
          carat: carat as number,
          cut: cut as string,
          clarity: clarity as string,
        })),
        omitted: 97,
      }),
    ],
  });
}

export function binaryEvaluateCard(): Card {
  const random = generator(11);
  const roc = steps(0, 1, 300).map((x): [number, number] => [x, x ** 0.19]);
  const champion = steps(0, 1, 300).map((x): [number, number] => [x, x ** 0.24]);
  const pr = steps(0, 1, 240).map((x): [number, number] => [x, Math.min(1, 0.99 - 0.13 * x - 0.4 * x ** 9 + 0.006 * normal(random))]);
  const bins = steps(0.04, 0.96, 11).map((predicted, i) => {
    const observed = Math.min(1, Math.max(0, predicted + (i < 6 ? 0.02 : -0.04) + 0.015 * normal(random)));
    return {
      predicted,
      observed,
      low: Math.max(0, observed - 0.05),
      high: Math.min(1, observed + 0.05),
      count: Math.round(200 + 900 * Math.abs(predicted - 0.5)),
    };
  });
  const unit = [0, 1] as const;
  return card('evaluate', 'churn-classifier', {
    status: 'rejected',
    headline: 'Not ready to register',
    sentence:
      'This model beats champion v7 by +0.025 ROC AUC (95% interval +0.016 to +0.032), but it fails on customers in the islands region, where ROC AUC is 0.740 against a limit of 0.80. Registration is blocked.',
    keyNumbers: [
      { label: 'ROC AUC', value: 0.9171, context: '95% CI 0.910 – 0.923' },
      { label: 'vs champion v7', value: '+0.025', context: '+0.016 … +0.032', tone: 'good' },
      { label: 'PR AUC', value: 0.8912, context: 'base rate 45.8%' },
      { label: 'Calibration error', value: 0.026, context: 'ECE, 10 bins' },
      { label: 'Worst slice', value: 0.7403, context: 'region = islands', tone: 'bad' },
      { label: 'Test rows', value: 5200, context: '0 dropped · sha 91c2…e0', format: 'integer' },
    ],
    findings: [
      {
        code: 'EVALUATE_THRESHOLD_FROM_TEST',
        severity: 'info',
        message: 'The threshold 0.50 is the default; choose one on the validation split.',
      },
      {
        code: 'EVALUATE_CRITERION_FAILED',
        severity: 'error',
        column: 'region',
        message: 'The worst slice, islands (219 rows), has ROC AUC 0.740; the limit is 0.80.',
      },
      {
        code: 'EVALUATE_WEAK_SLICE',
        severity: 'warning',
        column: 'contract',
        message: 'month-to-month (2,872 rows) lies below the whole split: 0.813 against 0.917.',
      },
    ],
    sections: [
      section(
        'criteria',
        'Validation criteria',
        'Checked on the test split only. The dot is the measured value, the bar its 95% bootstrap interval, the tick the limit from recipe.yaml.',
        {
          kind: 'criteria',
          criteria: [
            {
              metric: 'ROC AUC',
              value: 0.9171,
              threshold: 0.88,
              greaterIsBetter: true,
              result: 'pass',
              low: 0.91,
              high: 0.923,
              note: 'clears with its whole 95% interval',
            },
            {
              metric: 'PR AUC (avg. precision)',
              value: 0.8912,
              threshold: 0.85,
              greaterIsBetter: true,
              result: 'pass',
              low: 0.878,
              high: 0.903,
              note: 'clears with its whole 95% interval',
            },
            {
              metric: 'Log loss',
              value: 0.3731,
              threshold: 0.4,
              greaterIsBetter: false,
              result: 'pass',
              low: 0.356,
              high: 0.393,
              note: 'clears with its whole 95% interval',
            },
            {
              metric: 'Recall',
              value: 0.8501,
              threshold: 0.84,
              greaterIsBetter: true,
              result: 'pass-close',
              low: 0.835,
              high: 0.863,
              note: 'the interval crosses the limit',
            },
            {
              metric: 'Gain over champion v7 (ROC AUC)',
              value: 0.025,
              threshold: 0.005,
              greaterIsBetter: true,
              result: 'pass',
              low: 0.016,
              high: 0.032,
              note: 'paired bootstrap, 1,000 resamples',
            },
            {
              metric: 'Worst slice ROC AUC (n ≥ 100)',
              value: 0.7403,
              threshold: 0.8,
              greaterIsBetter: true,
              result: 'fail',
              low: 0.69,
              high: 0.789,
              note: 'region = islands, n = 219',
            },
          ],
        },
      ),
      section('metrics', 'Metrics', undefined, {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'metric', label: 'Metric' },
          { key: 'training', label: 'Train' },
          { key: 'validation', label: 'Validation' },
          { key: 'test', label: 'Test' },
          { key: 'interval', label: 'Test and champion (tick)', graphic: 'interval', scale: 'row' },
          { key: 'champion', label: 'Champion v7' },
          { key: 'verdict', label: 'Verdict' },
        ],
        rows: [
          ['ROC AUC ↑', 0.926, 0.925, 0.917, 0.892, 0.007, 'better'],
          ['PR AUC (avg. precision) ↑', 0.896, 0.896, 0.891, 0.857, 0.013, 'better'],
          ['Log loss ↓', 0.357, 0.357, 0.373, 0.413, 0.019, 'better'],
          ['Brier score ↓', 0.106, 0.107, 0.114, 0.133, 0.006, 'better'],
          ['Calibration error (ECE) ↓', 0.02, 0.018, 0.026, 0.033, 0.008, 'not distinguishable'],
          ['F1 ↑', 0.841, 0.848, 0.826, 0.797, 0.012, 'better'],
          ['Precision ↑', 0.817, 0.825, 0.804, 0.79, 0.015, 'better'],
          ['Recall ↑', 0.866, 0.872, 0.85, 0.804, 0.014, 'better'],
        ].map(([metric, training, validation, test, limit, half, verdict]) => ({
          metric: metric as string,
          training: training as number,
          validation: validation as number,
          test: test as number,
          champion: limit as number,
          verdict: verdict as string,
          interval: {
            low: (test as number) - (half as number),
            value: test as number,
            high: (test as number) + (half as number),
            limit: limit as number,
          },
        })),
      }),
      section('threshold', 'Scores and decisions', 'Rows above the threshold 0.50 are flagged.', {
        kind: 'figures',
        figures: [
          {
            form: 'histogram',
            title: 'Score distribution',
            description: 'Churned customers gather above 0.8, stayed ones below 0.2.',
            xLabel: 'Predicted churn probability',
            yLabel: 'Rows',
            edges: steps(0, 1, 40),
            series: [
              { label: 'churned', counts: Array.from({ length: 40 }, (_, i) => Math.round(18 + 4 * random() + 140 * (i / 40) ** 4)) },
              { label: 'stayed', counts: Array.from({ length: 40 }, (_, i) => Math.round(16 + 5 * random() + 420 * (1 - i / 40) ** 9)) },
            ],
          },
          {
            form: 'heat-map',
            title: 'Confusion matrix at 0.50',
            description: 'Of 2,379 churned customers 2,023 are flagged; of 2,821 others 494.',
            xLabel: 'Predicted',
            yLabel: 'Truth',
            rows: ['churned', 'stayed'],
            columns: ['churned', 'stayed'],
            values: [
              [2023, 356],
              [494, 2327],
            ],
            normalise: 'row',
          },
        ],
      }),
      section('curves', 'Curves', 'Solid: this model. Dashed: champion v7 on the same rows.', {
        kind: 'figures',
        figures: [
          {
            form: 'line',
            title: 'ROC',
            description: 'The area is 0.917, champion 0.892.',
            xLabel: 'False positive rate',
            yLabel: 'True positive rate',
            xDomain: unit,
            yDomain: unit,
            series: [
              { label: 'this model', points: roc, role: 'model' },
              { label: 'champion v7', points: champion, role: 'reference' },
            ],
          },
          {
            form: 'line',
            title: 'Precision–recall',
            description: 'Precision stays above 0.8 up to a recall of 0.88.',
            xLabel: 'Recall',
            yLabel: 'Precision',
            xDomain: unit,
            yDomain: unit,
            series: [
              { label: 'this model', points: pr, role: 'model' },
              {
                label: 'base rate',
                points: [
                  [0, 0.458],
                  [1, 0.458],
                ],
                role: 'other',
              },
            ],
          },
          {
            form: 'calibration',
            title: 'Calibration',
            description: 'Slightly too sure above 0.6; the error is 0.026.',
            xLabel: 'Mean predicted probability',
            yLabel: 'Observed rate',
            bins,
          },
          {
            form: 'line',
            title: 'Cumulative gain',
            description: 'The top 20% hold 41% of all churners.',
            xLabel: 'Share of customers contacted',
            yLabel: 'Share of churners',
            xDomain: unit,
            yDomain: unit,
            series: [
              {
                label: 'this model',
                points: steps(0, 1, 50).map((x): [number, number] => [x, Math.min(1, 1 - (1 - x) ** 2.4)]),
                role: 'model',
              },
            ],
            mark: { x: 0.2, label: 'top 20%: 41%' },
          },
        ],
      }),
      section(
        'slices',
        'Performance by slice',
        'ROC AUC per slice, worst first, with 95% bootstrap intervals; 17 slices examined. The tick is the whole test split.',
        {
          kind: 'table',
          sortable: true,
          failedRows: [0],
          columns: [
            { key: 'column', label: 'Column' },
            { key: 'value', label: 'Value' },
            { key: 'rows', label: 'Rows', format: 'integer' },
            { key: 'rate', label: 'Churn rate', format: 'percent' },
            { key: 'auc', label: 'ROC AUC' },
            { key: 'interval', label: '95% interval', graphic: 'interval' },
            { key: 'precision', label: 'Precision' },
            { key: 'recall', label: 'Recall' },
          ],
          rows: [
            ['region', 'islands', 219, 0.493, 0.74, 0.06, 0.64, 0.68],
            ['contract', 'month-to-month', 2872, 0.74, 0.813, 0.016, 0.83, 0.9],
            ['tenure (months)', '1–6', 744, 0.816, 0.816, 0.032, 0.85, 0.94],
            ['tenure (months)', '7–24', 1985, 0.675, 0.846, 0.015, 0.82, 0.88],
            ['contract', 'one year', 1293, 0.166, 0.866, 0.026, 0.57, 0.44],
            ['contract', 'two year', 1035, 0.038, 0.877, 0.05, 0.44, 0.41],
            ['payment', 'mailed check', 994, 0.415, 0.903, 0.018, 0.77, 0.82],
            ['payment', 'card', 1216, 0.43, 0.915, 0.015, 0.79, 0.83],
            ['region', '<script>alert(1)</script>', 128, 0.383, 0.925, 0.042, 0.75, 0.9],
            ['region', 'east', 1018, 0.484, 0.936, 0.013, 0.83, 0.87],
          ].map(([column, value, rows, rate, auc, half, precision, recall]) => ({
            column: column as string,
            value: value as string,
            rows: rows as number,
            rate: rate as number,
            auc: auc as number,
            precision: precision as number,
            recall: recall as number,
            interval: {
              low: (auc as number) - (half as number),
              value: auc as number,
              high: (auc as number) + (half as number),
              limit: 0.917,
            },
          })),
        },
      ),
    ],
  });
}

export function multiclassEvaluateCard(): Card {
  const random = generator(5);
  const classes = ['Adelie', 'Chinstrap', 'Gentoo', 'Emperor', 'King', 'Macaroni'];
  const values = classes.map((_, r) =>
    classes.map((__, c) => (r === c ? 320 + Math.round(random() * 200) : random() < 0.35 ? 0 : Math.round(random() * 38))),
  );
  return card('evaluate', 'penguin-species', {
    status: 'done',
    headline: 'No criteria, so no verdict',
    sentence:
      'The model names the right species in 87.1% of the test rows; Emperor and King are confused most often. Add validation_criteria to the recipe to have such models judged.',
    keyNumbers: [
      { label: 'Accuracy', value: 0.871, context: '95% CI 85.9% – 88.2%', format: 'percent' },
      { label: 'F1, macro', value: 0.8642, context: '95% CI 0.851 – 0.877' },
      { label: 'Log loss', value: 0.4127 },
      { label: 'ROC AUC', value: { missing: 'one class has a single row' } },
      { label: 'Test rows', value: 2714, format: 'integer' },
    ],
    findings: [],
    sections: [
      section('confusion', 'Confusions', 'Shares within each true class; the count below. On the test split.', {
        kind: 'figures',
        figures: [
          {
            form: 'heat-map',
            title: 'Confusion matrix',
            description: 'The diagonal holds 87.1% of the rows.',
            xLabel: 'Predicted',
            yLabel: 'Truth',
            rows: classes,
            columns: classes,
            values,
            normalise: 'row',
          },
          {
            form: 'line',
            title: 'ROC, one class against the rest',
            description: 'All areas lie between 0.93 and 0.99.',
            xLabel: 'False positive rate',
            yLabel: 'True positive rate',
            xDomain: [0, 1],
            yDomain: [0, 1],
            series: classes.map((label, i) => ({
              label,
              points: steps(0, 1, 60).map((x): [number, number] => [x, x ** (0.06 + 0.04 * i)]),
            })),
          },
        ],
      }),
      section('classes', 'Per class', undefined, {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'name', label: 'Class' },
          { key: 'support', label: 'Rows', format: 'integer' },
          { key: 'precision', label: 'Precision' },
          { key: 'recall', label: 'Recall' },
          { key: 'f1', label: 'F1' },
          { key: 'interval', label: '95% interval of F1', graphic: 'interval' },
        ],
        rows: classes.map((name, i) => ({
          name,
          support: values[i]?.reduce((a, b) => a + b, 0) ?? 0,
          precision: 0.9 - 0.013 * i,
          recall: 0.91 - 0.02 * i,
          f1: 0.905 - 0.0161 * i,
          interval: { low: 0.885 - 0.017 * i, value: 0.905 - 0.0161 * i, high: 0.922 - 0.015 * i },
        })),
      }),
      section('sizes', 'Class sizes', undefined, {
        kind: 'figures',
        figures: [
          {
            form: 'stacked-bar',
            title: 'Test rows by class',
            description: 'The classes are of similar size.',
            parts: classes.map((label, i) => ({ label, value: values[i]?.reduce((a, b) => a + b, 0) ?? 0 })),
          },
        ],
      }),
    ],
  });
}

export function ingestCard(columns = 30): Card {
  const random = generator(3);
  const kinds = ['double', 'bigint', 'varchar', 'date', 'boolean'];
  const names = ['carat', 'cut', 'color', 'clarity', 'depth', 'table', 'x', 'y', 'z', 'sold_on', 'store_id', 'is_certified'];
  const rows = Array.from({ length: columns }, (_, i) => {
    const kind = kinds[i % kinds.length] ?? 'double';
    const numeric = kind === 'double' || kind === 'bigint';
    const middle = 10 ** Math.floor(random() * 5);
    return {
      column: names[i] ?? `measurement_${i}`,
      type: kind,
      distribution: { counts: bell(24, 4 + random() * 16, 2 + random() * 5, 53_940, random) },
      missing: i % 7 === 3 ? random() * 0.4 : 0,
      distinct: Math.round(random() * 9000) + 2,
      min: numeric ? middle * 0.1 : null,
      median: numeric ? middle * (1 + random()) : null,
      max: numeric ? middle * (4 + random()) : null,
      mean: numeric ? middle * (1.2 + random()) : null,
      top: numeric ? null : (['Ideal', 'Premium', '2024-03-01', 'true', 'store 7'][i % 5] ?? null),
    };
  });
  return card('ingest', 'diamond-prices', {
    status: 'done',
    headline: '53,940 rows × 30 columns',
    sentence:
      'Everything in data/diamonds.csv was read; 4 columns have missing values and store_id looks like an identifier, so think about leaving it out.',
    keyNumbers: [
      { label: 'Rows', value: 53_940, format: 'integer', context: '146 duplicates' },
      { label: 'Columns', value: columns, format: 'integer', context: '18 numeric, 12 other' },
      { label: 'Missing', value: 0.0213, format: 'percent', context: 'of all cells', tone: 'close' },
      { label: 'Size', value: 2_486_312, format: 'bytes', context: 'CSV' },
      { label: 'Read in', value: 412, format: 'duration-ms' },
    ],
    findings: [
      {
        code: 'INGEST_ID_LIKE',
        severity: 'warning',
        column: 'store_id',
        message: '98.7% of the values are distinct; an identifier teaches a model nothing that carries over.',
      },
      { code: 'INGEST_DUPLICATE_ROWS', severity: 'info', message: '146 rows (0.27%) repeat another row in every column.' },
      { code: 'INGEST_HIGH_MISSING', severity: 'warning', column: 'measurement_17', message: '38.2% of the values are missing.' },
    ],
    sections: [
      section('target', 'Target', undefined, {
        kind: 'figures',
        figures: [
          {
            form: 'histogram',
            title: 'price',
            description: 'Skewed to the right; the median is 2,401.',
            xLabel: 'price ($)',
            yLabel: 'Rows',
            edges: steps(0, 19_000, 38),
            series: [
              {
                label: 'price',
                counts: Array.from({ length: 38 }, (_, i) => Math.round(9000 * Math.exp(-i / 6) * (0.9 + 0.2 * random()))),
              },
            ],
          },
        ],
      }),
      section('columns', 'Columns', 'As read, before any transformation.', {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'column', label: 'Column' },
          { key: 'type', label: 'Type' },
          { key: 'distribution', label: 'Distribution', graphic: 'sparkline' },
          { key: 'missing', label: 'Missing', format: 'percent' },
          { key: 'distinct', label: 'Distinct', format: 'integer' },
          { key: 'min', label: 'Min' },
          { key: 'median', label: 'Median' },
          { key: 'max', label: 'Max' },
          { key: 'mean', label: 'Mean' },
          { key: 'top', label: 'Most frequent', align: 'left' },
        ],
        rows,
      }),
      section('rows', 'First rows', undefined, {
        kind: 'details',
        summary: '3 rows',
        open: true,
        blocks: [
          {
            kind: 'table',
            columns: ['carat', 'cut', 'color', 'clarity', 'depth', 'price'].map((key) => ({ key, label: key })),
            rows: [
              { carat: 0.23, cut: 'Ideal', color: 'E', clarity: 'SI2', depth: 61.5, price: 326 },
              { carat: 0.21, cut: 'Premium', color: 'E', clarity: 'SI1', depth: 59.8, price: 326 },
              { carat: 0.29, cut: 'Good', color: null, clarity: 'VS1', depth: 56.9, price: 327 },
            ],
          },
        ],
      }),
    ],
  });
}

export function splitCard(): Card {
  const random = generator(9);
  const edges = steps(0, 19_000, 30);
  return card('split', 'diamond-prices', {
    status: 'done',
    headline: '53,940 rows in three parts',
    sentence:
      'Rows were placed by a hash of their content, so equal rows never straddle training and test, and appended rows move none of these.',
    keyNumbers: [
      { label: 'Training', value: 40_371, format: 'integer', context: '74.8%' },
      { label: 'Validation', value: 6741, format: 'integer', context: '12.5%' },
      { label: 'Test', value: 6828, format: 'integer', context: '12.7%' },
      { label: 'Dropped', value: 0, format: 'integer' },
    ],
    findings: [],
    sections: [
      section('sizes', 'Sizes', undefined, {
        kind: 'figures',
        figures: [
          {
            form: 'stacked-bar',
            title: 'Rows per split',
            description: '74.8% training, 12.5% validation, 12.7% test.',
            parts: [
              { label: 'training', value: 40_371 },
              { label: 'validation', value: 6741 },
              { label: 'test', value: 6828 },
            ],
          },
        ],
      }),
      section('target', 'Target per split', 'Counts on the same edges.', {
        kind: 'figures',
        figures: [
          {
            form: 'histogram',
            title: 'price',
            description: 'The three shapes agree.',
            xLabel: 'price ($)',
            yLabel: 'Share of the split',
            normalise: 'series',
            edges,
            series: [40_371, 6741, 6828].map((total, i) => ({
              label: ['training', 'validation', 'test'][i] ?? '',
              counts: Array.from({ length: 30 }, (_, b) => Math.round(total * 0.16 * Math.exp(-b / 6) * (0.92 + 0.16 * random()))),
            })),
          },
          {
            form: 'bars',
            title: 'Mean price',
            description: 'The intervals overlap.',
            xLabel: 'Mean ($), 95% interval',
            bars: [
              { label: 'training', value: 3931.2, low: 3892, high: 3970 },
              { label: 'validation', value: 3968.9, low: 3873, high: 4064 },
              { label: 'test', value: 3898.4, low: 3803, high: 3993 },
            ],
          },
        ],
      }),
      section(
        'drift',
        'Drift per feature',
        'Training against validation and test, worst first; 18 tests, adjusted after Benjamini and Hochberg.',
        {
          kind: 'table',
          sortable: true,
          columns: [
            { key: 'column', label: 'Column' },
            { key: 'against', label: 'Against' },
            { key: 'psi', label: 'PSI' },
            { key: 'p', label: 'Adjusted p' },
          ],
          rows: [
            { column: 'y', against: 'test', psi: 0.0061, p: 0.4412 },
            { column: 'carat', against: 'validation', psi: 0.0048, p: 0.6127 },
            { column: 'cut', against: 'test', psi: 0.0009, p: 0.97 },
          ],
          omitted: 15,
        },
      ),
    ],
  });
}

export function trainCard(): Card {
  const random = generator(13);
  const curve = (floor: number, speed: number, rise: number): [number, number][] =>
    Array.from({ length: 400 }, (_, i) => [i + 1, floor + 3500 * Math.exp(-i / speed) + rise * i + 4 * normal(random)]);
  return card('train', 'diamond-prices', {
    status: 'done',
    headline: 'Gradient-boosted trees, 312 iterations',
    sentence:
      'Validation error was lowest at iteration 312 and had not improved for 50 iterations, so training stopped at 362 of at most 400. The model beats the mean baseline by 86%.',
    keyNumbers: [
      { label: 'RMSE, validation', value: 549.81, tone: 'good', context: 'baseline 3,989' },
      { label: 'RMSE, training', value: 471.22 },
      { label: 'Iterations', value: 312, format: 'integer', context: 'best of 362' },
      { label: 'Fit time', value: 4212, format: 'duration-ms' },
      { label: 'Model', value: 1_482_211, format: 'bytes' },
    ],
    findings: [{ code: 'TRAIN_UNUSED_FEATURE', severity: 'info', column: 'table', message: 'No tree splits on this column.' }],
    sections: [
      section('learning', 'Learning curve', undefined, {
        kind: 'figures',
        figures: [
          {
            form: 'line',
            title: 'Root mean squared error by iteration',
            description: 'Validation error is lowest at iteration 312.',
            xLabel: 'Iteration',
            yLabel: 'RMSE ($)',
            series: [
              { label: 'validation', points: curve(548, 22, 0.01), role: 'model' },
              { label: 'training', points: curve(520, 20, -0.12), role: 'other' },
            ],
            mark: { x: 312, label: 'best 312' },
          },
        ],
      }),
      section('baselines', 'Against baselines', undefined, {
        kind: 'table',
        columns: [
          { key: 'model', label: 'Model' },
          { key: 'rmse', label: 'RMSE, validation' },
          { key: 'mae', label: 'MAE, validation' },
          { key: 'time', label: 'Fit time', format: 'duration-ms' },
        ],
        rows: [
          { model: 'this model', rmse: 549.81, mae: 288.13, time: 4212 },
          { model: 'carat alone', rmse: 1548.2, mae: 1007.4, time: 12 },
          { model: 'mean of the target', rmse: 3989.4, mae: 3031.6, time: 1 },
        ],
      }),
      section('parameters', 'Parameters', undefined, {
        kind: 'table',
        columns: [
          { key: 'name', label: 'Name' },
          { key: 'value', label: 'Value', align: 'right' },
          { key: 'default', label: 'Default', align: 'right' },
        ],
        rows: [
          { name: 'learning_rate', value: 0.08, default: 0.1 },
          { name: 'num_leaves', value: 31, default: 31 },
          { name: 'early_stopping', value: true, default: true },
        ],
      }),
      section('code', 'Estimator', undefined, {
        kind: 'details',
        summary: 'steps/train.ts',
        blocks: [
          {
            kind: 'code',
            caption: 'steps/train.ts',
            text: "export function estimator(params: Params) {\n\treturn boostedTrees({ ...params, loss: 'squared' });\n}",
          },
        ],
      }),
    ],
  });
}

export function registerCard(): Card {
  return card('register', 'diamond-prices', {
    status: 'done',
    headline: 'diamond-prices version 8',
    sentence: 'The model met all criteria and is registered; the alias champion moved from version 7 to 8.',
    keyNumbers: [
      { label: 'Version', value: 8, format: 'integer', tone: 'good' },
      { label: 'Alias', value: 'champion', context: 'was on version 7' },
      { label: 'Size', value: 1_482_211, format: 'bytes' },
    ],
    findings: [],
    sections: [
      section('gate', 'Gate', undefined, { kind: 'note', tone: 'good', text: 'VALIDATED: all 3 criteria were met on the test split.' }),
      section('signature', 'Signature', undefined, {
        kind: 'table',
        columns: [
          { key: 'name', label: 'Input' },
          { key: 'type', label: 'Type' },
          { key: 'required', label: 'Required' },
        ],
        rows: [
          { name: 'carat', type: 'double', required: true },
          { name: 'cut', type: 'string', required: true },
          { name: 'clarity', type: 'string', required: false },
        ],
      }),
      section('use', 'How to call it', undefined, {
        kind: 'code',
        caption: 'From TypeScript',
        text: "const model = await loadModel('models:/diamond-prices@champion');\nconst prices = await model.predict(rows);",
      }),
    ],
  });
}

export function failedCard(): Card {
  return failureCard({
    recipe: 'diamond-prices',
    step: 'train',
    failure: {
      code: 'user-code-failed',
      message: "Cannot read properties of undefined (reading 'learningRate')",
      hint: 'the function gets its parameters as the first argument',
      file: 'steps/train.ts',
      line: 14,
      column: 31,
      stack: [
        "TypeError: Cannot read properties of undefined (reading 'learningRate')",
        '    at estimator (steps/train.ts:14:31)',
        '    at build (steps/train.ts:8:10)',
        '    at Module.callUser (node_modules/mlrecipe/dist/worker/call.js:41:9)',
        '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
      ].join('\n'),
      causes: ['the profile `production` sets no `learning_rate`'],
    },
    logTail: '09:21:04 reading 40,371 rows\n09:21:05 encoding 9 columns\n09:21:05 calling estimator() of steps/train.ts\n',
    logFile: '.recipe/runs/8f31c0b2/train/log.txt',
    durationMs: 1312,
    provenance,
  });
}

export function runOverviewCard(): Card {
  return runCard({
    recipe: 'churn-classifier',
    profile: 'production',
    verdict: 'REJECTED',
    status: 'done',
    steps: [
      {
        name: 'ingest',
        state: 'fresh',
        durationMs: 4,
        reason: 'nothing changed',
        summary: '53,940 rows × 10 columns',
        card: 'ingest/card.html',
        needs: [],
      },
      {
        name: 'split',
        state: 'restore',
        durationMs: 12,
        reason: 'same inputs as run 71ac',
        summary: '40,371 / 6,741 / 6,828 rows',
        card: 'split/card.html',
        needs: ['ingest'],
      },
      {
        name: 'transform',
        state: 'run',
        durationMs: 1104,
        reason: 'steps/transform.ts changed',
        summary: '9 → 26 columns',
        card: 'transform/card.html',
        needs: ['split'],
      },
      {
        name: 'train',
        state: 'run',
        durationMs: 42_812,
        reason: 'transform changed',
        summary: 'val_roc_auc 0.925',
        card: 'train/card.html',
        needs: ['transform', 'split'],
      },
      {
        name: 'evaluate',
        state: 'run',
        durationMs: 6310,
        reason: 'train changed',
        summary: '1 of 6 criteria failed',
        card: 'evaluate/card.html',
        needs: ['train', 'split'],
      },
      { name: 'register', state: 'blocked', reason: 'the model was rejected', needs: ['evaluate'] },
    ],
    metrics: [
      { metric: 'ROC AUC', training: 0.926, validation: 0.925, test: 0.917 },
      { metric: 'Log loss', training: 0.357, validation: 0.357, test: 0.373 },
      { metric: 'Accuracy', training: 0.852, validation: 0.855, test: { missing: 'no threshold' } },
    ],
    criteria: [
      {
        metric: 'ROC AUC',
        value: 0.917,
        threshold: 0.88,
        greaterIsBetter: true,
        result: 'pass',
        low: 0.91,
        high: 0.923,
        note: 'clears with its whole interval',
      },
      {
        metric: 'Worst slice ROC AUC',
        value: 0.7403,
        threshold: 0.8,
        greaterIsBetter: true,
        result: 'fail',
        low: 0.69,
        high: 0.789,
        note: 'region = islands, n = 219',
      },
    ],
    findings: [
      { code: 'INGEST_ID_LIKE', severity: 'warning', step: 'ingest', column: 'customer_id', message: 'Every value is distinct.' },
      {
        code: 'EVALUATE_CRITERION_FAILED',
        severity: 'error',
        step: 'evaluate',
        column: 'region',
        message: 'The worst slice has ROC AUC 0.740; the limit is 0.80.',
      },
    ],
    provenance,
    next: ['recipe inspect evaluate', 'recipe run --set train.params.num_leaves=63'],
  });
}

export const HOSTILE: readonly string[] = [
  '<script>alert("x")</script>',
  '"><img src=x onerror=alert(1)>',
  '\u202egnp.exe\u202c',
  'عمود السعر בעברית',
  '{{{recipe}}} {{#each this}}',
  '`code` | pipe | $x \\ ]]> --> </style></svg></title>',
  'a\u0000b\u001b[31mc\ud800',
  'two\nlines\tand a tab',
  "=cmd|' /C calc'!A0",
  'x'.repeat(300),
];

/** Every place that takes a text takes a hostile one. */
export function hostileCard(): Card {
  const h = (i: number): string => HOSTILE[i % HOSTILE.length] ?? '';
  const frame = { title: h(0), description: h(1), xLabel: h(2), yLabel: h(3) };
  const figures: Figure[] = [
    {
      form: 'histogram',
      ...frame,
      edges: [0, 1, 2],
      series: [
        { label: h(0), counts: [1, 2] },
        { label: h(9), counts: [3, Number.NaN] },
      ],
    },
    {
      form: 'line',
      ...frame,
      series: [
        {
          label: h(4),
          points: [
            [0, 1],
            [1, Number.POSITIVE_INFINITY],
            [2, 3],
          ],
        },
        {
          label: h(5),
          points: [
            [0, 2],
            [2, 1],
          ],
        },
      ],
      mark: { x: 1, label: h(0) },
    },
    {
      form: 'density',
      ...frame,
      cells: [
        { x: 0, y: 0, count: 1 },
        { x: 3, y: 2, count: 4 },
      ],
      cellWidth: 1,
      cellHeight: 1,
      identity: true,
    },
    { form: 'bars', ...frame, bars: HOSTILE.map((label, i) => ({ label, value: i - 3 })) },
    { form: 'stacked-bar', ...frame, parts: HOSTILE.map((label) => ({ label, value: 1 })) },
    {
      form: 'heat-map',
      ...frame,
      rows: HOSTILE,
      columns: HOSTILE,
      values: HOSTILE.map((_, r) => HOSTILE.map((__, c) => r * c)),
      normalise: 'row',
    },
    { form: 'swarm', ...frame, rows: HOSTILE.map((label, i) => ({ label, values: [i - 3, i, i, 0], levels: [0, 2, 4, -1] })) },
    { form: 'dependence', ...frame, x: HOSTILE, curves: [{ label: h(2), values: HOSTILE.map((_, i) => i) }], lines: [], density: [] },
    { form: 'calibration', ...frame, bins: [{ predicted: 0.5, observed: 0.4, low: 0.3, high: 0.6, count: 9 }] },
  ];
  return {
    schemaVersion: 1,
    kind: h(0),
    step: h(1),
    recipe: h(4),
    status: 'done',
    headline: h(0),
    sentence: HOSTILE.join(' '),
    keyNumbers: HOSTILE.slice(0, 6).map((label, i) => ({ label, value: h(i + 1), context: h(i + 2) })),
    findings: HOSTILE.map((message, i) => ({ code: h(i + 3), severity: 'warning', column: h(i + 1), step: h(i + 2), message })),
    sections: [
      section(h(0), h(0), h(1), { kind: 'figures', figures }),
      section(h(1), h(4), h(5), {
        kind: 'table',
        caption: h(0),
        sortable: true,
        columns: HOSTILE.map((label, i) => ({ key: `k${i}`, label })),
        rows: [Object.fromEntries(HOSTILE.map((text, i) => [`k${i}`, text])), { k0: { missing: h(0) } }, {}],
      }),
      section('criteria', h(5), undefined, {
        kind: 'criteria',
        criteria: HOSTILE.map((metric, i) => ({
          metric,
          value: null,
          threshold: 0,
          greaterIsBetter: true,
          result: 'fail',
          note: h(i + 1),
        })),
      }),
      section(
        'rest',
        h(6),
        undefined,
        { kind: 'note', tone: 'bad', text: h(0) },
        { kind: 'code', caption: h(1), text: HOSTILE.join('\n') },
        { kind: 'details', summary: h(0), open: true, blocks: [{ kind: 'note', tone: 'plain', text: h(1) }] },
      ),
      section('steps', h(7), undefined, {
        kind: 'steps',
        steps: [
          { name: h(0), state: 'run', reason: h(1), summary: h(4), card: 'javascript:alert(1)', needs: [] },
          { name: h(9), state: 'failed', needs: [h(0)], card: '"onclick="alert(1)' },
        ],
      }),
    ],
    provenance: { facts: HOSTILE.map((value) => ({ label: value, value })) },
  };
}

/** File name → card, for tests that go over all of them. */
export function allCards(): Readonly<Record<string, Card>> {
  return {
    'evaluate-regression': regressionEvaluateCard(),
    'evaluate-binary': binaryEvaluateCard(),
    'evaluate-multiclass': multiclassEvaluateCard(),
    ingest: ingestCard(),
    split: splitCard(),
    train: trainCard(),
    register: registerCard(),
    failed: failedCard(),
    run: runOverviewCard(),
    hostile: hostileCard(),
  };
}
