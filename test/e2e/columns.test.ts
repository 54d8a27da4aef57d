/** `columns:` from the recipe to the cards: roles, types, patterns, and what must not be shown. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';

/** A person's name and salary that occur nowhere else. */
const NAME = 'Zebedee Canary';
const SALARY = '734921.25';

function salesCsv(): string {
  const lines = ['order_id,shop,zip,day,copies,salary,clerk,price'];
  for (let row = 0; row < 600; row++) {
    const shop = `shop ${row % 30}`;
    const zip = `0${(row * 7) % 9}`;
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(row / 4))).toISOString().slice(0, 10);
    const salary = row % 50 === 0 ? SALARY : String(2000 + ((row * 17) % 300));
    const clerk = row % 40 === 0 ? NAME : `clerk ${(row * 3) % 5}`;
    const price = 10 * (row % 30) + 25 * ((row * 7) % 9) + (Number(salary) > 9000 ? 400 : 0) + ((row * 7919) % 13);
    lines.push(`${9000 + row},${shop},${zip},${day},${1 + (row % 4)},${salary},${clerk},${price}`);
  }
  return `${lines.join('\n')}\n`;
}

const recipe = (columns: string, more = '') =>
  `recipe: regression/v1\ntarget_col: price\ncolumns:\n${columns.replace(/^/gmu, '  ')}\nsteps:\n  ingest:\n    location: data.csv\n${more}`;

const ALL = `'*_id': {role: id}
shop: {role: group, reason: new shops open every month}
zip: {type: category}
copies: {role: weight}
salary: {sensitive: true}
clerk: {sensitive: true}`;

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig({ 'data.csv': salesCsv(), 'recipe.yaml': recipe(ALL) });
});
afterAll(() => rig.remove());

interface Card {
  readonly sentence: string;
  readonly sections: readonly { readonly id: string; readonly blocks: readonly { readonly rows?: readonly Record<string, unknown>[] }[] }[];
}

const card = (of: string) => JSON.parse(rig.read(`.recipe/outputs/${of}/card.json`)) as Card;
const rowsOf = (of: string, section: string) =>
  card(of)
    .sections.find(({ id }) => id === section)
    ?.blocks.flatMap(({ rows = [] }) => rows);

describe('a run', () => {
  test('obeys roles and types', async () => {
    const { exitCode, finished, stderr } = await rig.events([]);
    expect(exitCode, stderr).toBe(0);
    expect(finished).toMatchObject({ status: 'ok' });
    expect(rowsOf('ingest', 'columns')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'order_id', role: 'id' }),
        expect.objectContaining({ name: 'zip', type: 'text', top: expect.stringMatching(/^0\d/) }),
        expect.objectContaining({ name: 'copies', role: 'weight' }),
      ]),
    );
    const model = JSON.parse(rig.read('.recipe/outputs/train/model/model.json')) as { weight: string; features: { name: string }[] };
    expect(model.weight).toBe('copies');
    const features = model.features.map(({ name }) => name);
    for (const name of ['zip', 'salary', 'clerk']) expect(features).toContain(name);
    for (const name of ['order_id', 'shop', 'copies']) expect(features).not.toContain(name);
  });

  test('splits by group, and says so', async () => {
    expect(card('split').sentence).toContain('Rows with the same `shop` stay together');
    const { stdout } = await rig.run(['get-artifact', 'test_data']);
    expect(stdout.trim()).toMatch(/test\.parquet$/);
  });

  test('weighs metrics, and says so', () => {
    expect(card('evaluate').sentence).toContain('Metrics and intervals are weighted by `copies`');
    expect(card('train').sentence).toContain('Rows count by `copies`.');
  });

  test('shows no value of a sensitive column on any card, in any log or message', async () => {
    const { stdout, stderr } = await rig.run(['run', '--force', '--verbose']);
    for (const text of [stdout, stderr]) expectHidden(text, 'the terminal');
    let cards = 0;
    for (const file of filesBelow(join(rig.root, '.recipe'))) {
      if (!/\.(?:html|md|json|jsonl|txt|log)$/.test(file) || /model\.json$|transformer\.json$/.test(file)) continue;
      cards += /card\.html$/.test(file) ? 1 : 0;
      expectHidden(readFileSync(file, 'utf8'), file);
    }
    expect(cards).toBeGreaterThan(5);
    expectHidden(readFileSync(join(rig.root, 'mlflow.db'), 'latin1'), 'the tracking store');
    // Not because the rows are lacking: without the rule, both are there.
    rig.write('recipe.yaml', recipe(ALL.replaceAll('sensitive: true', 'sensitive: false')));
    await rig.run(['run']);
    const open = rig.read('.recipe/outputs/ingest/card.html') + rig.read('.recipe/outputs/evaluate/card.html');
    expect(open).toContain(NAME);
    expect(open).toMatch(/734,?921/);
  });

  test('that hides a column again trains nothing again', async () => {
    rig.write('recipe.yaml', recipe(ALL));
    const { finished } = await rig.events([]);
    expect((finished as unknown as { executed: string[] }).executed).not.toContain('train');
  });
});

describe('mistakes', () => {
  test.each([
    [
      'a weight below 0',
      'copies: {role: weight}\nzip: {role: ignore}',
      [/,1,(\d+),/g, ',-1,$1,'],
      /error\[bad-column\]: `copies` has the role `weight` and cannot weigh rows: its smallest value is -1/,
    ],
    [
      'a time of texts',
      'clerk: {role: time}',
      undefined,
      /error\[bad-column\]: `clerk` has the role `time` and does not order the rows: it is text/,
    ],
    [
      'a type that does not fit',
      'clerk: {type: number}',
      undefined,
      /error\[bad-column\]: `clerk` has the type `number` in the recipe; 600 values in data\.csv are not a number/,
    ],
  ] as const)('%s', async (_, columns, change, expected) => {
    const data = change === undefined ? salesCsv() : salesCsv().replace(change[0], change[1]);
    const wrong = new RecipeRig({ 'data.csv': data, 'recipe.yaml': recipe(columns) });
    try {
      const { exitCode, stderr } = await wrong.run(['run']);
      expect(stderr).toMatch(expected);
      expect(stderr).toContain('recipe.yaml:4');
      expect(exitCode).toBe(1);
    } finally {
      wrong.remove();
    }
  });
});

function expectHidden(text: string, where: string): void {
  expect(text.includes(NAME), where).toBe(false);
  expect(/734,?921/.test(text), where).toBe(false);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
