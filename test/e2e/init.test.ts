/** `recipe init` by the real command: what it writes, for a made-up table and for one of the user, and what it refuses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { suggestedLines, uncomment } from '../support/uncomment.ts';

const rigs: RecipeRig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.remove();
});
function newRig(files: Readonly<Record<string, string>> = {}): RecipeRig {
  const rig = new RecipeRig(files);
  rigs.push(rig);
  return rig;
}

/** 300 orders with one column for each thing that is noticed. */
function ordersCsv(rows = 300): string {
  const lines = ['order_id,customer_id,day,area,nothing,same,note,email,zip_code,sample_weight,price_eur,price'];
  for (let row = 0; row < rows; row++) {
    const price = 1000 + 37 * (row % 29) + 5 * ((row * 7919) % 101);
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(row / 2))).toISOString().slice(0, 10);
    lines.push(
      `${7000 + row},${row % 40},${day},${row % 29},,eur,text ${(row * 17) % 290},p${row}@example.org,${10_115 + (row % 7)},${1 + (row % 3)},${price},${row === 5 ? '' : price}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/** The README's table, which must name every file and nothing else. */
function explained(readme: string): readonly string[] {
  return [...readme.matchAll(/^\| `([^`]+)` \| \S/gmu)].map((match) => match[1] as string);
}

async function init(rig: RecipeRig, ...args: readonly string[]): Promise<Initialised> {
  const { exitCode, stdout, stderr } = await rig.run(['init', '--format', 'json', ...args]);
  expect(exitCode, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as Initialised;
}

interface Initialised {
  readonly template: string;
  readonly reason: string;
  readonly files: readonly string[];
  readonly kept: readonly string[];
  readonly data: { readonly location: string; readonly rows: number; readonly isWhole: boolean };
  readonly suggestions: readonly {
    readonly kind: string;
    readonly section: string;
    readonly key: string;
    readonly value: string;
    readonly reason: string;
  }[];
  readonly notes: readonly string[];
}

describe('the files of a new project', () => {
  test.each([
    ['--template', 'regression'],
    ['--template', 'classification'],
    ['--data', 'orders.csv', '--target', 'price'],
  ])('are explained one by one, and valid: %s %s', async (...args) => {
    const rig = newRig({ 'orders.csv': ordersCsv(60) });
    const { files } = await init(rig, 'my model', ...args);
    const folder = join(rig.root, 'my model');
    expect(filesOf(folder)).toEqual(files);
    expect(files).toEqual(
      expect.arrayContaining(['.github/workflows/recipe.yml', '.vscode/launch.json', '.gitignore', 'profiles/local.yaml']),
    );
    expect(explained(rig.read('my model/README.md')).toSorted()).toEqual(files);
    expect(rig.read('my model/recipe.yaml')).toMatch(
      /^# yaml-language-server: \$schema=\.\/node_modules\/mlrecipe\/schema\/recipe\.schema\.json\n/,
    );
    expect((JSON.parse(rig.read('my model/package.json')) as { name: string }).name).toBe('my-model');
    const { exitCode, stderr } = await rig.run(['validate', '-C', folder]);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test.each(['größe & co', '-dash', "it's #1", 'a/b/c', '[x]*', 'UPPER', '@scope', '日本'])('in a folder called %j', async (name) => {
    const rig = newRig({ 'orders.csv': ordersCsv(60) });
    await init(rig, '--data', 'orders.csv', '--target', 'price', '--', name);
    const { exitCode, stderr } = await rig.run(['validate', '-C', join(rig.root, name)]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect((JSON.parse(rig.read(`${name}/package.json`)) as { name: string }).name).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
  });

  test('`.` is a folder like others; what is there is kept with --force', async () => {
    const rig = newRig({ 'data/orders.csv': ordersCsv(60) });
    expect((await init(rig, '.', '--data', 'data/orders.csv', '--target', 'price')).data.location).toBe('data/orders.csv');
    const again = await rig.run(['init', '.', '--data', 'data/orders.csv', '--target', 'area']);
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      'error[folder-not-empty]: this folder has files in it\nhint: choose another folder, or pass `--force` to add the files that are missing\n',
    ]);
    rig.write('recipe.yaml', '# mine\n');
    const forced = await init(rig, '.', '--data', 'data/orders.csv', '--target', 'area', '--force');
    expect(forced.files).toEqual([]);
    expect(forced.kept).toContain('recipe.yaml');
    expect(rig.read('recipe.yaml')).toBe('# mine\n');
  });
});

describe('a table of the user', () => {
  test('what it suggests: everything once, each valid by itself, and a run with all that go together', async () => {
    const rig = newRig({ 'orders.csv': ordersCsv() });
    const made = await init(rig, 'shop', '--data', 'orders.csv', '--target', 'price');
    expect(made.template).toBe('regression/v1');
    expect(made.notes).toEqual(['`price` is missing in 1 row (0.3 %); the split drops it']);
    expect(Object.fromEntries(made.suggestions.map(({ key, kind, value }) => [key, `${kind} ${value}`]))).toEqual({
      order_id: 'id-like { role: id }',
      customer_id: 'group { role: group }',
      day: 'time { role: time }',
      nothing: 'nearly-empty { role: ignore }',
      same: 'constant { role: ignore }',
      note: 'many-texts { role: ignore }',
      email: 'sensitive { role: ignore, sensitive: true }',
      zip_code: 'code { type: category }',
      sample_weight: 'weight { role: weight }',
      price_eur: 'leak { role: ignore }',
      split_ratios: 'split-ratios [0.6, 0.2, 0.2]',
    });
    const recipe = rig.read('shop/recipe.yaml');
    const lines = suggestedLines(recipe);
    expect(lines).toHaveLength(made.suggestions.length);
    for (const line of lines) {
      rig.write('shop/recipe.yaml', uncomment(recipe, [line]));
      const { exitCode, stderr } = await rig.run(['validate', '-C', 'shop']);
      expect([exitCode, stderr], recipe.split('\n')[line]).toEqual([0, '']);
    }
    const isGroup = (line: number): boolean => recipe.split('\n')[line]?.includes('role: group') === true;
    rig.write(
      'shop/recipe.yaml',
      uncomment(
        recipe,
        lines.filter((line) => !isGroup(line)),
      ),
    );
    const { exitCode, stdout, stderr } = await rig.run(['run', '-C', 'shop']);
    expect(exitCode, stdout + stderr).toBe(0);
  }, 60_000);

  test('with two classes: which is positive, what is rare', async () => {
    const lines = Array.from(
      { length: 900 },
      (_, row) => `${(row * 7919) % 1009},${row % 31 === 0 ? 'left' : 'stayed'},${row % 31 === 0 ? 'x' : 'y'}`,
    );
    const rig = newRig({ 'people.csv': `age,churn,state\n${lines.join('\n')}\n` });
    const made = await init(rig, 'churn', '--data', 'people.csv', '--target', 'churn');
    expect([made.template, made.reason]).toEqual(['classification/v1', '`churn` is a text with 2 different values']);
    expect(made.notes).toEqual([
      'class `left` has 3.3 % of the rows; accuracy says little then, `f1_score` and `precision_recall_auc` say more',
    ]);
    expect(made.suggestions.map(({ kind, key, value }) => [kind, key, value])).toEqual([
      ['positive-class', 'positive_class', '"left"'],
      ['leak', 'state', '{ role: ignore }'],
      ['split-ratios', 'split_ratios', '[0.6, 0.2, 0.2]'],
    ]);
    const recipe = rig.read('churn/recipe.yaml');
    rig.write('churn/recipe.yaml', uncomment(recipe, suggestedLines(recipe)));
    const { exitCode, stdout, stderr } = await rig.run(['run', '-C', 'churn']);
    expect(exitCode, stdout + stderr).toBe(0);
  }, 60_000);
});

describe('refused, with nothing written', () => {
  const csv = 'area,price\n1,2\n3,4\n';
  test.each([
    [['p', '--data', 'a.csv'], 'error[usage]: `--data` needs `--target`: which column of a.csv the model shall predict'],
    [
      ['p', '--data', 'a.csv', '--target', 'prise'],
      'error[unknown-column]: there is no column `prise` in a.csv; it has `area` and `price`\nhint: did you mean `price`?\n\n  area   integer',
    ],
    [['p', '--data', 'b.csv', '--target', 'x'], 'error[file-not-found]: `b.csv` does not exist\nhint: did you mean `a.csv`?'],
    [['p', '--target', 'price'], 'error[usage]: `--target` needs `--data`'],
    [['p', '--data', 'a.xlsx', '--target', 'x'], 'error[unsupported-format]: the format of `a.xlsx` cannot be told from its name'],
    [['p', '--data', 's3://bucket/a.csv', '--target', 'x'], 'error[not-supported-yet]: data at `s3:` addresses cannot be read yet'],
    [['p', '--data', 'empty.csv', '--target', 'x'], 'error[empty-data]: empty.csv is empty'],
    [['p', '--data', 'torn.csv', '--target', 'b'], 'error[bad-data-file]: torn.csv:3: expected 2 fields, found 3'],
    [
      ['p', '--data', 'same.csv', '--target', 'y'],
      'error[constant-target]: the target `y` has the same value in all 2 rows\nhint: check `--target` and any filter before it',
    ],
    [
      ['p', '--data', 'texts.csv', '--target', 'y', '--template', 'regression'],
      'error[bad-target]: the target `y` of a regression must be numeric; it is text with 2 different values\nhint: use `--template classification`, or another `--target`',
    ],
    [['p', '--data', 'braces.csv', '--target', '{{y}}'], 'error[undefined-placeholder]'],
  ])('%j', async (args, expected) => {
    const rig = newRig({
      'a.csv': csv,
      'a.xlsx': 'PK',
      'empty.csv': '',
      'torn.csv': 'a,b\n1,2\n1,2,3\n',
      'same.csv': 'x,y\n1,1\n2,1\n',
      'texts.csv': 'x,y\n1,a\n2,b\n3,a\n4,b\n',
      'braces.csv': `x,{{y}}\n${Array.from({ length: 50 }, (_, row) => `${row},${row / 3}`).join('\n')}\n`,
    });
    const { exitCode, stderr } = await rig.run(['init', ...args]);
    expect(stderr).toContain(expected);
    expect(exitCode).toBe(2);
    expect(existsSync(join(rig.root, 'p'))).toBe(false);
  });

  test('with --format json: diagnostics and columns, a line each', async () => {
    const rig = newRig({ 'a.csv': csv });
    const { exitCode, stdout, stderr } = await rig.run(['init', 'p', '--data', 'a.csv', '--json']);
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      expect.objectContaining({ type: 'diagnostic', code: 'usage' }),
      {
        schemaVersion: 1,
        type: 'columns',
        columns: [
          { name: 'area', type: 'integer', missing: 0, distinct: 2 },
          { name: 'price', type: 'integer', missing: 0, distinct: 2 },
        ],
      },
    ]);
  });
});

test('the workflow is what GitHub runs: install, validate, test, run', () => {
  const rig = newRig();
  return init(rig, 'p').then(() => {
    const commands = [...readFileSync(join(rig.root, 'p/.github/workflows/recipe.yml'), 'utf8').matchAll(/- run: (.+)/gu)].map(
      (match) => match[1],
    );
    expect(commands).toEqual([
      'if [ -f package-lock.json ]; then npm ci; else npm install; fi',
      'npx mlrecipe validate',
      'npm test',
      'npx mlrecipe run',
    ]);
  });
});
