/** Small recipe projects with made-up data: quick to run, with everything that a real one has. */

/** 240 rows whose price follows area, rooms and district; `null_every` leaves gaps in `rooms`. */
export function housesCsv(rows = 240): string {
  const lines = ['id,area,rooms,district,price'];
  const districts = ['harbour', 'station', 'meadows', 'hillside'];
  for (let row = 0; row < rows; row++) {
    const area = 40 + ((row * 37) % 120);
    const rooms = 1 + ((row * 13) % 6);
    const district = districts[(row * 7) % 4] ?? '';
    const noise = ((row * 7919) % 101) - 50;
    const price = 1000 * area + 5000 * rooms + 20_000 * ((row * 7) % 4) + 100 * noise;
    lines.push(`H${row},${area},${row % 40 === 0 ? '' : rooms},${district},${price}`);
  }
  return `${lines.join('\n')}\n`;
}

export const REGRESSION_RECIPE = `recipe: regression/v1
target_col: price
steps:
  ingest:
    location: data/houses.csv
  train:
    using: custom
    estimator_method: estimator_fn
  evaluate:
    validation_criteria:
      - metric: root_mean_squared_error
        threshold: 50000
`;

export const TRAIN_STEP = `import { gradientBoosting } from 'mlrecipe';
import { TREES } from './settings.ts';

// A comment.
export function estimator_fn() {
  return gradientBoosting({ n_estimators: TREES, learning_rate: 0.1 });
}
`;

export const SETTINGS = `import numbers from './numbers.json';
/** How many trees. */
export const TREES: number = numbers.trees;
`;

/** A regression with a step file that imports another file, which imports JSON. */
export function regressionProject(): Readonly<Record<string, string>> {
  return {
    'recipe.yaml': REGRESSION_RECIPE,
    'data/houses.csv': housesCsv(),
    'steps/train.ts': TRAIN_STEP,
    'steps/settings.ts': SETTINGS,
    'steps/numbers.json': '{ "trees": 30 }\n',
  };
}
