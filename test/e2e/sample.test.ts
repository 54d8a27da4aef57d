/** `run --sample`: a part of the rows under keys of its own, and nothing registered. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig(regressionProject());
});
afterEach(() => rig.remove());

test('its results stand beside those of all rows, and are contained in each other', async () => {
  const whole = await rig.events([]);
  const small = await rig.events(['--sample', '60']);
  expect(small.finished).toMatchObject({ exitCode: expect.any(Number), sample: 60 });
  expect(small.finished.executed).toEqual(['ingest', 'split', 'transform', 'train', 'evaluate']);
  expect(small.finished.findings.map(({ message }) => message).join()).toMatch(/a sample of 60 of \d+ rows; nothing is registered/);
  const ids = async (args: readonly string[]) => {
    const { stdout } = await rig.run(['get-artifact', 'ingested_data', ...args]);
    return stdout.trim();
  };
  expect(await ids(['--sample', '60'])).toContain('outputs/ingest/dataset.parquet');

  // Nothing is lost of the whole: it comes back, and nothing runs.
  const back = await rig.events([]);
  expect(back.finished).toMatchObject({ executed: [], runId: whole.finished.runId });
  const again = await rig.events(['--sample', '60']);
  expect(again.finished).toMatchObject({ executed: [], metrics: small.finished.metrics });
  // More rows than there are: the same data, under another key.
  const all = await rig.events(['--sample', '1000000', '--step', 'split']);
  expect(all.finished.executed).toEqual(['ingest']);
});

test('wrong numbers of rows, and a step that is left out', async () => {
  for (const rows of ['0', '-5', 'many', '1.5']) {
    const { exitCode, stderr } = await rig.run(['run', '--sample', rows]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`\`--sample\` takes a number of rows; found \`${rows}\``)]);
  }
  const { exitCode, stderr } = await rig.run(['run', '--sample', '60', '--step', 'register']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('`register` is left out: a sample is not registered')]);
});
