/**
 * A search over hyperparameters whose command is really killed, with its workers: the next run fits only what is
 * missing, in threads this time, and leaves what a run leaves that nothing went before.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';

const ROWS = Array.from({ length: 120 }, (_, row) => `${row},${(row * 7) % 11},${row % 5}`);
/** Each fit leaves a line. While there is a file `hang` the eighth one never ends. */
const TRAIN = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

class Nearly {
  constructor(readonly params: { k: number; depth: number }) {}
  train(): undefined | Promise<void> {
    appendFileSync('fits', JSON.stringify(this.params) + '\\n');
    if (!existsSync('hang') || readFileSync('fits', 'utf8').trim().split('\\n').length < 8) return undefined;
    console.log('the eighth fit waits');
    return new Promise(() => setInterval(() => {}, 1000));
  }
  predict(x: number[][]): number[] {
    return x.map(() => (this.params.k - 0.3) ** 2 + this.params.depth);
  }
  toJSON() {
    return { ...this.params };
  }
  static load(params: { k: number; depth: number }) {
    return new Nearly(params);
  }
}

export const estimator = (params: { k: number; depth: number }) => new Nearly({ k: 5, ...params });
export const enough = (trials: readonly { number: number }[]) => trials.length >= 12;
`;
const recipe = (parallelism: number) => `
recipe: regression/v1
target_col: y
steps:
  ingest: { location: data.csv }
  train:
    estimator_method: estimator
    estimator_params: { depth: 1 }
    tuning:
      enabled: true
      algorithm: tpe
      max_trials: 40
      parallelism: ${parallelism}
      early_stop_fn: enough
      parameters:
        k: { distribution: uniform, low: 0, high: 10 }
`;

function open(parallelism: number): RecipeRig {
  const rig = new RecipeRig({ 'recipe.yaml': recipe(parallelism), 'steps/train.ts': TRAIN, 'data.csv': ['a,b,y', ...ROWS, ''].join('\n') });
  onTestFinished(() => rig.remove());
  return rig;
}

const fits = (rig: RecipeRig): readonly string[] => rig.read('fits').trim().split('\n');
const left = (rig: RecipeRig): Readonly<Record<string, string>> => {
  const folder = join(rig.root, '.recipe/outputs/train');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(json|yaml)$/.test(name) && name !== 'card.json',
  );
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
};

/** Resolves once the run has printed these words, and everything of it is dead. */
function killAfter(rig: RecipeRig, words: string): Promise<void> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run', '--json'], {
    cwd: rig.root,
    env: bareEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.includes(words)) process.kill(-(child.pid as number), 'SIGKILL');
    });
    child.once('exit', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`the run ended by itself: ${told}`))));
  });
}

test('goes on where it was', async () => {
  const whole = open(1);
  expect((await whole.run(['run'])).exitCode).toBe(0);
  // The baseline, twelve trials, and the model itself.
  expect(fits(whole)).toHaveLength(14);

  const rig = open(2);
  rig.write('recipe.yaml', recipe(1));
  rig.write('hang', '');
  await killAfter(rig, 'the eighth fit waits');
  expect(fits(rig)).toEqual(fits(whole).slice(0, 8));
  expect(existsSync(join(rig.root, '.recipe/outputs/train'))).toBe(false);

  rig.write('recipe.yaml', recipe(2));
  rig.write('fits', '');
  rmSync(join(rig.root, 'hang'));
  const again = await rig.run(['run']);
  expect(again.exitCode).toBe(0);
  // The seventh trial was not finished: it, the five others of the search, and the model.
  expect([...fits(rig)].sort()).toEqual([...fits(whole).slice(7)].sort());
  expect(left(rig)).toEqual(left(whole));
  expect(readdirSync(join(rig.root, '.recipe/store/progress'))).toEqual([]);

  const db = new Database(join(rig.root, 'mlflow.db'), { readonly: true });
  onTestFinished(() => void db.close());
  const trials = db
    .prepare(
      `SELECT run.name, parent.name AS parent, metric.value FROM runs run JOIN tags tag ON tag.run_uuid = run.run_uuid AND tag.key = 'mlflow.parentRunId'
       JOIN runs parent ON parent.run_uuid = tag.value JOIN latest_metrics metric ON metric.run_uuid = run.run_uuid AND metric.key = 'root_mean_squared_error'
       WHERE parent.name = 'train'`,
    )
    .all() as readonly { readonly name: string; readonly parent: string }[];
  expect(trials.map(({ name }) => name).sort()).toEqual(
    ['baseline', ...Array.from({ length: 12 }, (_, index) => `trial ${index + 1}`)].sort(),
  );
});
