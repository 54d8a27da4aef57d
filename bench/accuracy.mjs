// npm run bench:accuracy: the three recipes of this repository over split seeds 0–4, with the same code and
// parameters, against the limits that the project promises. Exits with 1 when one is missed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Recipe } from '../dist/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'mlrecipe-accuracy-'));
const CASES = [
  { name: 'diamonds', folder: '.', metric: 'test_root_mean_squared_error', limit: 560, better: 'below' },
  { name: 'penguins', folder: 'examples/penguins', metric: 'test_f1_score_macro', limit: 0.95, better: 'above' },
  { name: 'olympians', folder: 'examples/olympians', metric: 'test_roc_auc', limit: 0.92, better: 'above' },
];

try {
  for (const { name, folder, metric, limit, better } of CASES) {
    const values = [];
    for (let seed = 0; seed < 5; seed++) {
      const recipe = await Recipe.load({
        root: join(root, folder),
        set: [
          `steps.split.seed=${seed}`,
          `experiment.tracking_uri=sqlite:///${scratch}/mlflow.db`,
          `experiment.artifact_location=${scratch}/artifacts`,
        ],
      });
      const { metrics, failures } = await recipe.run('evaluate');
      if (failures !== undefined) throw new Error(`${name}, seed ${seed}: ${failures[0].message}`);
      values.push(metrics[metric]);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const met = better === 'below' ? mean <= limit : mean >= limit;
    process.stdout.write(
      `${met ? 'ok  ' : 'MISS'} ${name.padEnd(10)} ${metric.padEnd(30)} mean ${mean.toPrecision(4).padStart(7)}  limit ${better === 'below' ? '≤' : '≥'} ${limit}  seeds ${values.map((value) => value.toPrecision(4)).join(' ')}\n`,
    );
    if (!met) process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
