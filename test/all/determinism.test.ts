/** Two clean runs in different folders give the same digests of every data, transformer, model and metrics artifact. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';

/** What is not an artifact of a step: cards and logs tell times, `run_id` names a run, `registration` a version. */
const TOLD = /(^|\/)(card\.(html|json|md)|step\.log|run_id)$/;

async function digestsOf(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const rig = new RecipeRig();
  try {
    for (const part of ['recipe.yaml', 'profiles', 'steps']) rig.copy(join(REPOSITORY, part), part);
    mkdirSync(join(rig.root, 'node_modules'));
    symlinkSync(join(REPOSITORY, 'node_modules/@observablehq'), join(rig.root, 'node_modules/@observablehq'));
    const { exitCode, stderr } = await rig.run(['run'], env);
    expect(exitCode, stderr).toBe(0);
    const outputs = join(rig.root, '.recipe/outputs');
    const files = readdirSync(outputs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const digests = files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(outputs.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')] as const;
    });
    return Object.fromEntries(digests.filter(([path]) => !TOLD.test(path) && !/^(register|run)\//.test(path)).sort());
  } finally {
    rig.remove();
  }
}

test('same bytes in another folder, time zone and locale', async () => {
  const first = await digestsOf({ TZ: 'UTC' });
  const second = await digestsOf({ TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' });
  expect(second).toEqual(first);
  expect(Object.keys(first)).toEqual([
    'evaluate/feature_contributions.parquet',
    'evaluate/metrics.json',
    'evaluate/model_validation_status',
    'evaluate/predicted_test_data.parquet',
    'ingest/dataset.parquet',
    'ingest/schema.json',
    'split/test.parquet',
    'split/train.parquet',
    'split/validation.parquet',
    'train/best_parameters.yaml',
    'train/metrics.json',
    'train/model/MLmodel',
    'train/model/model.json',
    'train/model/predictions.json',
    'train/model/schema.json',
    'train/model/transformer.json',
    'train/predicted_training_data.parquet',
    'train/predicted_validation_data.parquet',
    'transform/transformed_training_data.parquet',
    'transform/transformed_validation_data.parquet',
    'transform/transformer.json',
  ]);
});
