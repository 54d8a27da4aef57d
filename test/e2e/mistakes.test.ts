/** Bad input, by the real command: each mistake names place, cause and way out; nothing is half-written; the next run is right. */
import { afterEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, REGRESSION_RECIPE, regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

const FIVE_LINES = REGRESSION_RECIPE.replace(/ {2}train:\n.*\n.*\n/, '');

test('an unknown key: place, spelling, exit 2, nothing written', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'recipe.yaml': REGRESSION_RECIPE.replace('threshold', 'treshold') });
  const { exitCode, stdout, stderr } = await rig.run(['run']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('recipe.yaml:12:9');
  expect(stderr).toContain('did you mean `threshold`?');
  expect(rig.has('.recipe')).toBe(false);
});

test('a profile that does not exist', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'profiles/local.yaml': '{}\n', 'profiles/cloud.yaml': '{}\n' });
  const { exitCode, stderr } = await rig.run(['run', '--profile', 'clod']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('error[profile-not-found]');
  expect(stderr).toContain('did you mean `cloud`?');
});

test('a missing target column', async () => {
  rig = new RecipeRig({ 'recipe.yaml': FIVE_LINES.replace('target_col: price', 'target_col: pricee'), 'data/houses.csv': housesCsv() });
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('error[unknown-column]');
  expect(stderr).toContain('recipe.yaml:2:13');
  expect(stderr).toContain('did you mean `price`?');
  expect(rig.has('.recipe')).toBe(false);
  rig.edit('recipe.yaml', 'pricee', 'price');
  expect((await rig.run(['run', '--step', 'ingest'])).exitCode).toBe(0);
});

test.each([
  ['an empty file', '', 'error[empty-data]'],
  ['a header without rows', 'id,area,price\n', 'error[empty-data]'],
  ['a constant target', 'area,price\n1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n', 'error[constant-target]'],
  ['a line with too many values', `${housesCsv(20)}H99,1,2,station,5,6,7\n`, 'error[bad-data-file]'],
])('%s: a diagnostic, exit 1, and the next run right', async (_, csv, code) => {
  rig = new RecipeRig({ 'recipe.yaml': FIVE_LINES, 'data/houses.csv': csv });
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(code);
  expect(rig.has('.recipe/outputs/ingest/dataset.parquet')).toBe(false);
  rig.write('data/houses.csv', housesCsv());
  expect((await rig.run(['run', '--step', 'split'])).exitCode).toBe(0);
});

test('a bad CSV line is named by its number', async () => {
  rig = new RecipeRig({ 'recipe.yaml': FIVE_LINES, 'data/houses.csv': `${housesCsv(20)}H99,1,2,station,5,6,7\n` });
  expect((await rig.run(['run'])).stderr).toContain('houses.csv:22');
});

test('a class with one row', async () => {
  const csv = housesCsv()
    .replace(/,price\n/, ',price,kind\n')
    .replace(/(\d)\n(?=H|$)/g, (_, digit: string) => `${digit},flat\n`)
    .replace(/,flat\n/, ',tower\n')
    .replace(/,flat\n/, ',house\n')
    .replace(/,flat\n/, ',house\n');
  rig = new RecipeRig({
    'recipe.yaml': 'recipe: classification/v1\ntarget_col: kind\nsteps:\n  ingest:\n    location: data/houses.csv\n',
    'data/houses.csv': csv,
  });
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error[rare-class]');
  expect(stderr).toContain('tower');
});

test('a step function that throws: file, line and column of the TypeScript source; finished steps stay cached', async () => {
  rig = new RecipeRig({
    ...regressionProject(),
    'steps/train.ts':
      "interface Unused { a: string }\n\nexport function estimator_fn(): never {\n  console.log('hello from the step');\n  throw new TypeError('no such luck');\n}\n",
  });
  const { exitCode, stdout, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('estimator_fn');
  expect(stderr).toContain('TypeError: no such luck');
  expect(stderr).toContain('steps/train.ts:5:9');
  expect(stdout).not.toContain('hello from the step');
  expect((await rig.run(['logs', 'train'])).stdout).toContain('hello from the step');
  rig.write('steps/train.ts', regressionProject()['steps/train.ts'] ?? '');
  const { finished } = await rig.events([]);
  expect(finished).toMatchObject({ status: 'ok', executed: ['train', 'evaluate', 'register'], reused: ['ingest', 'split', 'transform'] });
});

test('a step file that does not compile, and a function that it does not export, are found before anything runs', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'steps/train.ts': 'export function estimator_fn( {\n' });
  const broken = await rig.run(['run']);
  expect(broken.exitCode).toBe(2);
  expect(broken.stderr).toContain('error[step-code]');
  expect(broken.stderr).toContain('steps/train.ts:');
  rig.write('steps/train.ts', 'export function estimator() {}\n');
  const missing = await rig.run(['run']);
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toContain('`steps/train.ts` does not export a function `estimator_fn`');
  expect(missing.stderr).toContain('did you mean `estimator`?');
});

test('an unknown step, command or flag', async () => {
  rig = new RecipeRig(regressionProject());
  expect(await rig.run(['run', '--step', 'trian'])).toMatchObject({
    exitCode: 2,
    stderr: 'error[unknown-step]: the recipe has no step `trian`\nhint: did you mean `train`?\n',
  });
  expect((await rig.run(['rnu'])).exitCode).toBe(2);
  expect((await rig.run(['run', '--setp', 'train'])).exitCode).toBe(2);
});

test('a tracking server that does not answer fails at once, and nothing has run', async () => {
  rig = new RecipeRig(regressionProject());
  const { exitCode, stderr } = await rig.run(['run', '--set', 'experiment.tracking_uri=http://127.0.0.1:9'], {
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error[tracking-failed]');
  expect(rig.has('.recipe/outputs/ingest')).toBe(false);
});

test('diagnostics as JSON, one a line, alone on stdout', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'recipe.yaml': REGRESSION_RECIPE.replace('threshold', 'treshold') });
  const { stdout } = await rig.run(['validate', '--json']);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toContainEqual(
    expect.objectContaining({
      code: 'unknown-key',
      severity: 'error',
      file: 'recipe.yaml',
      line: 12,
      column: 9,
      hint: 'did you mean `threshold`?',
    }),
  );
});

test('columns with names that mean something to JavaScript, HTML and SQL are columns like others', async () => {
  const names = ['__proto__', 'constructor', '<script>alert(1)</script>', 'a "quoted" one', "it's", '{{x}}'];
  const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
  const rows = Array.from({ length: 60 }, (_, row) => [...names.map((_name, column) => (row * (column + 3)) % 17), row % 13].join(','));
  rig = new RecipeRig({ 'recipe.yaml': FIVE_LINES, 'data/houses.csv': `${header},price\n${rows.join('\n')}\n` });
  const { exitCode, finished, stderr } = await rig.events([]);
  expect(exitCode, stderr).toBe(0);
  expect(finished.executed).toHaveLength(6);
  const signature = rig.read('.recipe/outputs/train/model/MLmodel');
  for (const name of ['__proto__', 'constructor', '{{x}}']) expect(signature).toContain(name);
});

test('a folder without data files', async () => {
  rig = new RecipeRig({
    'recipe.yaml': FIVE_LINES.replace('location: data/houses.csv', 'location: data\n    using: csv'),
    'data/notes.txt': 'nothing here\n',
  });
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('error[file-not-found]: `data` holds no csv file');
});

test('a tracking file that is no database', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'mlflow.db': 'hello\n' });
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error[tracking-failed]');
  expect(stderr).toContain('hint: see that the file is a tracking database');
  expect(stderr).not.toContain('bug');
});
