/** Ways to divide the rows, from the recipe to the files of the parts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';

const table = (rows: number, from: number): string =>
  `area,fold,price\n${Array.from({ length: rows }, (_, row) => `${((from + row) * 37) % 4096},${((from + row) % 5) + 1},${3 * (from + row) + (row % 7)}.5`).join('\n')}\n`;

const recipe = (split: string): string =>
  `recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: data/train.csv}\n  split: ${split}\n`;

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig({
    'data/train.csv': table(300, 0),
    'data/new/a.csv': table(20, 1000),
    'data/new/b.csv': table(15, 290),
    'recipe.yaml': '',
  });
});
afterAll(() => rig.remove());

const facts = async (...args: readonly string[]): Promise<{ readonly sizes: unknown; readonly text: string }> => {
  const { exitCode, stderr, stdout } = await rig.run([...args]);
  expect(exitCode, stderr).toBe(0);
  const card = JSON.parse(rig.read('.recipe/outputs/split/card.json')) as { keyNumbers: { value: number }[]; sentence: string };
  return { sizes: card.keyNumbers.slice(0, 3).map(({ value }) => value), text: `${stdout}${stderr}` };
};

test('files beside those of ingest are the parts, also in a sample, and are read again only when they change', async () => {
  rig.write('recipe.yaml', recipe('{using: files, test: data/new}'));
  const { sizes, text } = await facts('run', '--to', 'split');
  expect((sizes as number[])[2]).toBe(35);
  expect(sizes).toEqual([expect.any(Number), 300 - Number((sizes as number[])[0]), 35]);
  expect(text).toContain('SPLIT_OVERLAP');
  const sample = await facts('run', '--to', 'split', '--sample', '100');
  expect((sample.sizes as number[]).reduce((sum, size) => sum + size, 0)).toBe(100);
  rig.write('data/new/b.csv', table(16, 290));
  const again = await facts('run', '--to', 'split');
  expect((again.sizes as number[])[2]).toBe(36);
});

test('rows that go to another part than in the last run are counted, with the setting that moved them', async () => {
  rig.write('recipe.yaml', recipe('{seed: 1}'));
  await facts('run', '--to', 'split');
  rig.write('recipe.yaml', recipe('{seed: 1, split_ratios: [0.5, 0.25, 0.25]}'));
  const { text } = await facts('run', '--to', 'split');
  expect(text).toMatch(
    /warning\[SPLIT_MOVED\] \d+ of the 300 rows that the last split had as well are in another part now, .*: ratios 0\.75 : 0\.125 : 0\.125 → 0\.5 : 0\.25 : 0\.25/,
  );
  rig.write('recipe.yaml', recipe('{seed: 1}'));
  expect((await facts('run', '--to', 'split')).text).not.toContain('SPLIT_MOVED');
  rig.write('data/train.csv', table(330, 0));
  expect((await facts('run', '--to', 'split')).text).not.toContain('SPLIT_MOVED');
});

test('a column gives the parts, and is no feature', async () => {
  rig.write('recipe.yaml', recipe('{column: fold, train: [1, 2, 3], validation: 4, test: 5}'));
  const { sizes } = await facts('run', '--to', 'transform');
  expect(sizes).toEqual([198, 66, 66]);
  expect(JSON.parse(rig.read('.recipe/outputs/transform/card.json')).headline).toMatch(/^1 feature/);
});
