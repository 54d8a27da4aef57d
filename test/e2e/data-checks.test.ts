/** `expect` with the real command: what fails is told at its place and on the card, and a check that changes trains nothing again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';

const CUTS = ['Ideal', 'Premium', 'Good'];

function ordersCsv(): string {
  const lines = ['order_id,customer,low,high,cut,salary,price'];
  for (let row = 0; row < 300; row++) {
    const high = (row % 13) + (row === 33 ? -1 : 5);
    const price = row === 9 ? -3 : 100 + 7 * (row % 13) + 20 * (row % 3);
    lines.push(`${row === 77 ? 42 : row},c${row % 50},${row % 13},${high},${CUTS[row % 3]},${row === 9 ? 734921 : 2000},${price}`);
  }
  return `${lines.join('\n')}\n`;
}

const recipe = (checks: string) => `recipe: regression/v1
target_col: price
columns:
  salary: {sensitive: true}
steps:
  ingest:
    location: orders.csv
    expect:
${checks.replace(/^/gmu, '      ')}
  train:
    using: linear
`;

const GOOD = `rows: {min: 100}
columns:
  order_id: {not_null: true}
  cut: {in: [Ideal, Premium, Good]}
  price: {min: -10}`;

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig({ 'orders.csv': ordersCsv(), 'recipe.yaml': recipe(GOOD) });
});
afterAll(() => rig.remove());

test('checks that pass are on the card and in the summary; a changed one runs ingest and nothing behind it', async () => {
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/✓ ingest .*, 4 checks passed/);
  expect(rig.read('.recipe/outputs/ingest/card.md')).toContain('| passed | cut | one of Ideal, Premium, Good |');
  rig.write('recipe.yaml', recipe(GOOD.replace('-10', '-5')));
  const { finished } = await rig.events([]);
  expect(finished).toMatchObject({ status: 'ok', executed: ['ingest'], reused: ['split', 'transform', 'train', 'evaluate', 'register'] });
});

const BAD = `rows: {max: 200}
columns:
  order_id: {unique: true}
  salary: {max: 5000}
  price: {min: 0, max: 50, severity: warn}
checks:
  low is at most high: {sql: low <= high, message: ask who made the export}`;

test('checks that fail are told all at once, with the first rows', async () => {
  rig.write('recipe.yaml', recipe(BAD));
  const { exitCode, stderr, stdout } = await rig.run(['run']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('4 of 6 data checks failed');
  expect(stderr.slice(stderr.indexOf('error[')).trimEnd()).toBe(
    `error[check-failed]: there are 300 rows in orders.csv; at most 200 are expected
 --> recipe.yaml:9:19
  |
9 |       rows: {max: 200}
  |                   ^^^

error[check-failed]: \`order_id\` repeats an earlier value in 1 of 300 rows
  --> recipe.yaml:11:28
   |
11 |         order_id: {unique: true}
   |                            ^^^^ \`42\` is in 2 rows, first in row 43

error[check-failed]: \`salary\` is above 5000 in 1 of 300 rows
  --> recipe.yaml:12:23
   |
12 |         salary: {max: 5000}
   |                       ^^^^ row 10

error[check-failed]: \`low is at most high\` does not hold in 1 of 300 rows
  --> recipe.yaml:15:36
   |
15 |         low is at most high: {sql: low <= high, message: ask who made the export}
   |                                    ^^^^^^^^^^^ row 34: low \`7\`, high \`6\`

hint: ask who made the export`,
  );
  expect(stdout).toContain('npx mlrecipe inspect ingest');
  const card = rig.read('.recipe/logs/failed/ingest/card.md');
  expect(card).toContain('# 4 of 6 data checks failed');
  expect(card).toContain('| 43 | 42 | c42 |');
  expect(card).toMatch(/\| warning \| price \| at most 50 \| 299 of 300 rows \|/);
  for (const name of ['card.md', 'card.html', 'card.json']) expect(rig.read(`.recipe/logs/failed/ingest/${name}`)).not.toMatch(/734,?921/);
});

test('as data: each check with its place in the recipe', async () => {
  const { finished, events } = await rig.events([]);
  const failure = {
    code: 'check-failed',
    message: '4 of 6 data checks failed',
    parts: [
      { code: 'check-failed', place: { path: ['steps', 'ingest', 'expect', 'rows', 'max'], at: 'value' } },
      { place: { path: ['steps', 'ingest', 'expect', 'columns', 'order_id', 'unique'] }, label: '`42` is in 2 rows, first in row 43' },
      { place: { path: ['steps', 'ingest', 'expect', 'columns', 'salary', 'max'] }, label: 'row 10' },
      { place: { path: ['steps', 'ingest', 'expect', 'checks', 'low is at most high', 'sql'] }, hint: 'ask who made the export' },
    ],
  };
  expect(finished).toMatchObject({ status: 'failed', exitCode: 1, failures: [{ step: 'ingest', ...failure }] });
  expect(events.find(({ type, step }) => type === 'step-finished' && step === 'ingest')).toMatchObject({ error: failure });
  expect(JSON.stringify([events, finished])).not.toContain('sections');
});

test('with `severity: warn` they are findings; of a sample, values are checked in the sample and rows are counted in all', async () => {
  rig.write('recipe.yaml', recipe(`rows: {min: 300}\ncolumns:\n  price: {max: 50, severity: warn}\nother_columns: warn`));
  const { exitCode, finished, stderr } = await rig.events(['--step', 'ingest', '--sample', '100']);
  expect(exitCode, stderr).toBe(0);
  expect(finished.findings.filter(({ code }) => code === 'INGEST_CHECK_FAILED').map(({ message }) => message)).toEqual([
    '6 columns are in orders.csv that `expect` does not name: `order_id`, `customer`, `low`, `high`, `cut` and 1 more',
    expect.stringMatching(/^`price` is above 50 in (?:99|100) of the 100 rows of the sample$/),
  ]);
});

test('of a custom loader the columns are known when it has run', async () => {
  rig.write('steps/ingest.ts', `export const load = () => [...Array(40).keys()].map((i) => ({ x: i, price: i % 7 }));\n`);
  rig.write('recipe.yaml', recipe('columns:\n  xx: {min: 0}').replace('salary', 'x'));
  rig.edit('recipe.yaml', 'location: orders.csv', 'location: orders.csv\n    using: mine\n    loader_method: load');
  const { exitCode, stderr } = await rig.run(['run', '--step', 'ingest', '--format', 'concise']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('recipe.yaml:12:9 error[unknown-column] there is no column `xx` in orders.csv');
});
