/**
 * A network's training whose command and worker are killed goes on from its last checkpoint and ends
 * with the bytes that it would have had; nothing of it remains when it has ended.
 */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv } from '../support/small-projects.ts';

const RECIPE = `recipe: regression/v1
target_col: price
columns: {id: {role: id}}
steps:
  ingest: {location: houses.csv}
  train:
    using: custom
    estimator_method: estimator_fn
    estimator_params: {backend: cpu, epochs: 20, hidden_units: 8, batch_size: 64, checkpoint_every: 3}
`;

/** Kills the command and then itself, the first time that an epoch ends whose number is in the file. */
const STEP = `import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { neuralNetwork } from 'mlrecipe';

const order = join(process.cwd(), 'kill-in-epoch');
export function estimator_fn(params: object) {
  const network = neuralNetwork(params);
  return {
    ...network,
    fit: (x, y, context) =>
      network.fit(x, y, {
        ...context,
        onIteration(epoch, metrics) {
          context.onIteration?.(epoch, metrics);
          if (!existsSync(order) || Number(readFileSync(order, 'utf8')) !== epoch) return;
          rmSync(order);
          process.kill(process.ppid, 'SIGKILL');
          process.kill(process.pid, 'SIGKILL');
        },
      }),
  };
}
`;

const remains = (rig: RecipeRig): readonly string[] => readdirSync(join(rig.root, '.recipe/store/progress'));
const digest = (rig: RecipeRig): string => createHash('sha256').update(rig.read('.recipe/outputs/train/model/model.json')).digest('hex');

test('killed at epoch 7 of 20, and again at 11, it ends with the same weights as a run that nobody touched', async () => {
  const files = { 'recipe.yaml': RECIPE, 'houses.csv': housesCsv(200), 'steps/train.ts': STEP };
  const [touched, whole] = [new RecipeRig(files), new RecipeRig(files)];
  try {
    for (const epoch of [7, 11]) {
      touched.write('kill-in-epoch', String(epoch));
      expect((await touched.run(['run'])).exitCode).toBe(null);
      expect(touched.has('kill-in-epoch')).toBe(false);
      expect(remains(touched)).toHaveLength(1);
      expect((await touched.plan())['train']).toBe('run');
    }
    const resumed = await touched.events([]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(touched.read('.recipe/outputs/train/step.log')).toContain('a training that was interrupted left a checkpoint');
    expect(remains(touched)).toEqual([]);
    const untouched = await whole.events([]);
    expect(untouched.exitCode, untouched.stderr).toBe(0);
    expect(whole.read('.recipe/outputs/train/step.log')).not.toContain('checkpoint');
    expect(digest(touched)).toBe(digest(whole));
    expect(resumed.finished.metrics).toEqual(untouched.finished.metrics);
    expect((await touched.events([])).finished.executed).toEqual([]);
  } finally {
    touched.remove();
    whole.remove();
  }
}, 60_000);
