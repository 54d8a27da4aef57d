/** `recipe init --data` on every format, and on tables that nobody made for it: valid, each suggestion valid by itself, and a run of what was written. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { placeExampleData } from '../support/example-data.ts';
import { REPOSITORY, RecipeRig, SAMPLES } from '../support/recipe-rig.ts';
import { suggestedLines, uncomment } from '../support/uncomment.ts';

const VEGA = join(REPOSITORY, 'node_modules/vega-datasets/data');

let rig: RecipeRig;
afterEach(() => rig.remove());

interface Case {
  readonly data: string;
  readonly target: string;
  readonly template: 'regression/v1' | 'classification/v1';
  /** Column → kind. */
  readonly suggested: Readonly<Record<string, string>>;
  readonly runs: boolean;
}

const CASES: readonly Case[] = [
  { data: `${SAMPLES}/penguins.csv`, target: 'species', template: 'classification/v1', suggested: {}, runs: true },
  { data: `${SAMPLES}/weather.csv`, target: 'wind', template: 'regression/v1', suggested: { date: 'time' }, runs: true },
  { data: `${SAMPLES}/diamonds.csv`, target: 'price', template: 'regression/v1', suggested: {}, runs: false },
  {
    data: `${SAMPLES}/olympians.csv`,
    target: 'sex',
    template: 'classification/v1',
    suggested: { id: 'id-like', name: 'many-texts', date_of_birth: 'sensitive', info: 'nearly-empty' },
    runs: false,
  },
  {
    data: `${VEGA}/cars.json`,
    target: 'Miles_per_Gallon',
    template: 'regression/v1',
    suggested: { Name: 'many-texts', Year: 'time' },
    runs: true,
  },
  {
    data: `${VEGA}/us-employment.csv`,
    target: 'nonfarm',
    template: 'regression/v1',
    suggested: { month: 'time', private: 'leak' },
    runs: false,
  },
];

test.each(CASES)('$data: $target', (one) => check(one), 60_000);

test('the wines of MLflow Recipes, by quality', async () => {
  rig = new RecipeRig();
  await placeExampleData('classification', join(rig.root, 'data'));
  // The generated wines that stand in for absent ones have fractions for grades.
  await check({ data: 'data/winequality-white.csv', target: 'alcohol', template: 'regression/v1', suggested: {}, runs: true }, rig);
}, 60_000);

test('the taxis of MLflow Recipes', async () => {
  rig = new RecipeRig();
  await placeExampleData('regression', join(rig.root, 'data'));
  const suggested = { tpep_pickup_datetime: 'time', pickup_zip: 'code', dropoff_zip: 'code' };
  await check({ data: 'data/sample.parquet', target: 'fare_amount', template: 'regression/v1', suggested, runs: true }, rig);
}, 60_000);

async function check({ data, target, template, suggested, runs }: Case, at: RecipeRig = new RecipeRig()): Promise<void> {
  rig = at;
  const { exitCode, stdout, stderr } = await rig.run(['init', 'p', '--data', data, '--target', target, '--json']);
  expect(exitCode, stderr + stdout).toBe(0);
  const made = JSON.parse(stdout) as { template: string; suggestions: { section: string; key: string; kind: string }[] };
  expect(made.template).toBe(template);
  const columns = made.suggestions.filter(({ section }) => section === 'columns');
  expect(Object.fromEntries(columns.map(({ key, kind }) => [key, kind]))).toEqual(suggested);
  const recipe = rig.read('p/recipe.yaml');
  const lines = suggestedLines(recipe);
  expect(lines).toHaveLength(made.suggestions.length);
  for (const chosen of [[], ...lines.map((line) => [line]), lines]) {
    rig.write('p/recipe.yaml', uncomment(recipe, chosen));
    const validated = await rig.run(['validate', '-C', 'p']);
    expect([validated.exitCode, validated.stderr]).toEqual([0, '']);
  }
  if (!runs) return;
  for (const text of [recipe, uncomment(recipe, lines)]) {
    rig.write('p/recipe.yaml', text);
    const run = await rig.run(['run', '-C', 'p']);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  }
}

const records = Array.from({ length: 80 }, (_, row) => ({
  size: (row * 37) % 120,
  kind: `k${row % 4}`,
  price: 100 + 3 * ((row * 37) % 120) + row / 8,
}));
const csv = (delimiter: string): string =>
  ['size,kind,price', ...records.map((record) => Object.values(record).join(','))].join('\n').replaceAll(',', delimiter);
const ndjson = records.map((record) => JSON.stringify(record)).join('\n');
test.each([
  ['t.csv', csv(','), '../t.csv', undefined],
  ['t.csv', csv(';'), '../t.csv', 'delimiter: ";"'],
  ['t.tsv', csv('\t'), '../t.tsv', undefined],
  ['t.tab', csv('\t'), '../t.tab', undefined],
  ['T.CSV', csv(','), '../T.CSV', undefined],
  ['t.json', JSON.stringify(records), '../t.json', undefined],
  ['t.ndjson', ndjson, '../t.ndjson', undefined],
  ['t.jsonl.gz', gzipSync(ndjson), '../t.jsonl.gz', undefined],
  ['t.csv.gz', gzipSync(csv(',')), '../t.csv.gz', undefined],
  ['a b #{x}.csv', csv(','), '"../a b #{x}.csv"', undefined],
  ['parts', csv(','), '../parts', undefined],
])('%s', async (name, bytes, location, option) => {
  rig = new RecipeRig();
  const isFolder = name === 'parts';
  if (isFolder) mkdirSync(join(rig.root, name));
  writeFileSync(join(rig.root, isFolder ? 'parts/1.csv' : name), bytes);
  if (isFolder) writeFileSync(join(rig.root, 'parts/2.csv'), bytes);
  const made = await rig.run(['init', 'p', '--data', name, '--target', 'price', '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({ data: { rows: isFolder ? 160 : 80, isWhole: true } });
  const recipe = rig.read('p/recipe.yaml');
  expect(recipe).toContain(`    location: ${location}\n`);
  expect(/^ {4}(?:using|delimiter): .*$/mu.exec(recipe)?.[0].trim()).toBe(option);
  const { exitCode, stdout, stderr } = await rig.run(['run', '-C', 'p', '--step', 'ingest']);
  expect(exitCode, stdout + stderr).toBe(0);
});
