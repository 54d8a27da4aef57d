/** `recipe doctor` by the real command: outside a project, in a sound one, and with each thing broken in turn. */
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorReport, ReportedCheck } from '../../src/app/doctor.ts';
import { encodeChecksummed } from '../../src/store/checksummed.ts';
import { systemProcesses } from '../../src/store/processes.ts';
import { startFakeMlflow } from '../support/fake-mlflow-server.ts';
import { freePort } from '../support/free-port.ts';
import { holdStep } from '../support/held-step.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig(regressionProject());
  expect((await rig.run(['run'])).exitCode).toBe(0);
}, 60_000);
afterAll(() => rig.remove());

async function doctor(
  at: RecipeRig,
  args: readonly string[] = [],
): Promise<DoctorReport & { readonly exitCode: number | null; check(name: string): ReportedCheck | undefined }> {
  const { exitCode, stdout, stderr } = await at.run(['doctor', '--json', ...args]);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as DoctorReport;
  return { ...report, exitCode, check: (name) => report.checks.find((check) => check.name === name) };
}

test('in a sound project nothing stops a run, and nothing is changed', async () => {
  const before = readdirSync(rig.root, { recursive: true }).sort();
  const { ok, exitCode, checks, project } = await doctor(rig);
  expect([ok, exitCode, project]).toEqual([true, 0, rig.root]);
  expect(
    checks.filter(({ group, name }) => group !== 'optional' && name !== 'space').map(({ name, state, message }) => [name, state, message]),
  ).toEqual([
    ['node', 'ok', expect.stringMatching(/^Node \d+\.\d+\.\d+ on /)],
    ['mlrecipe', 'ok', expect.stringMatching(/^mlrecipe 0\.1\.0 is complete: \d{3} files of code$/)],
    ['duckdb', 'ok', expect.stringMatching(/^DuckDB v1\.\d+\.\d+ loads and counts$/)],
    ['libsql', 'ok', expect.stringMatching(/^libsql loads, with SQLite 3\./)],
    ['esbuild', 'ok', expect.stringMatching(/^esbuild 0\.\d+\.\d+ compiles TypeScript$/)],
    ['recipe', 'ok', expect.stringMatching(/ is a valid regression\/v1, without a profile$/)],
    ['tracking', 'ok', expect.stringMatching(/^sqlite:\/\/\/mlflow\.db answers in \d+ ms$/)],
    ['cache', 'ok', expect.stringMatching(/^6 results, \S+ [kM]B, all sound$/)],
    ['locks', 'ok', 'no step is locked'],
    ['runs', 'ok', 'the last run ended with ok, exit 0'],
    ['disk', 'ok', 'the disk renames, flushes and links as the store needs it'],
    ['clock', 'ok', expect.stringMatching(/^it is \d{4}-/)],
  ]);
  expect(readdirSync(rig.root, { recursive: true }).sort()).toEqual(before);
  const human = await rig.run(['doctor']);
  expect([human.exitCode, human.stderr]).toEqual([0, '']);
  expect(human.stdout).toMatch(/^✓ duckdb +DuckDB v1/m);
  expect(human.stdout).toMatch(/\n\n(?:all is well|nothing stops a run; .*)\n$/);
});

test('outside a project it looks at the rest', async () => {
  const empty = new RecipeRig();
  const { exitCode, project, check, checks } = await doctor(empty);
  empty.remove();
  expect([exitCode, project]).toEqual([0, null]);
  expect(check('recipe')?.message).toMatch(/^no recipe\.yaml in .* so there is no project to look at$/);
  expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'duckdb', 'disk', 'danfojs-node']));
  expect(check('tracking')).toBeUndefined();
});

describe('broken', () => {
  let broken: RecipeRig;
  const servers: { close(): unknown }[] = [];
  const copy = (): RecipeRig => {
    broken = new RecipeRig();
    broken.copy(rig.root, '.');
    return broken;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    broken.remove();
  });

  test('a recipe with mistakes: they are counted, and the other checks go on', async () => {
    copy().edit('recipe.yaml', 'regression/v1', 'regresion/v1');
    const { exitCode, check } = await doctor(broken);
    expect(exitCode).toBe(1);
    expect(check('recipe')).toMatchObject({ state: 'error', hint: '`npx mlrecipe validate` shows where' });
    expect(check('recipe')?.message).toMatch(/has 1 mistake: .*regresion/);
    expect(check('cache')?.state).toBe('ok');
    const human = await broken.run(['doctor']);
    expect(human.stdout).toMatch(/^✗ recipe /m);
    expect(human.stdout).toMatch(/\n\none thing stops a run\n$/);
  });

  test('a tracking server that is not there, that does not answer, that answers', async () => {
    const port = await freePort();
    const server = `--set=experiment.tracking_uri=http://127.0.0.1:${port}`;
    const absent = await doctor(copy(), [server]);
    expect([absent.exitCode, absent.check('tracking')]).toEqual([
      1,
      {
        name: 'tracking',
        group: 'project',
        state: 'error',
        message: expect.stringContaining(`runs cannot be recorded: cannot reach the MLflow server at http://127.0.0.1:${port}`),
        hint: 'start the server, or record on this machine with another profile or `--set experiment.tracking_uri=sqlite:///mlflow.db`',
      },
    ]);
    const mute: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    servers.push(mute);
    await new Promise((resolve) => mute.once('listening', resolve));
    const begun = Date.now();
    const silent = await doctor(broken, [`--set=experiment.tracking_uri=http://127.0.0.1:${(mute.address() as AddressInfo).port}`]);
    expect(silent.check('tracking')?.message).toContain('no answer within 2 s');
    expect(Date.now() - begun).toBeLessThan(15_000);
    const real = await startFakeMlflow();
    servers.push(real);
    broken.write('profiles/cloud.yaml', `experiment:\n  tracking_uri: \${env:SERVER}\n`);
    broken.write('.env', `SERVER=${real.uri}\n`);
    const there = await doctor(broken, ['--profile', 'cloud', '--env-file', '.env']);
    expect([there.exitCode, there.check('tracking')?.state]).toEqual([0, 'ok']);
  }, 60_000);

  test('a tracking database that is none', async () => {
    copy().write('mlflow.db', 'no database, but long enough to be taken for one'.repeat(100));
    const { exitCode, check } = await doctor(broken);
    expect(exitCode).toBe(1);
    expect(check('tracking')?.message).toMatch(/^runs cannot be recorded: sqlite:\/\/\/mlflow\.db.*is not an SQLite database/);
  });

  test('a byte of the cache: seen, told, and left for `cache verify`', async () => {
    copy();
    const blobs = join(broken.root, '.recipe/store/blobs');
    const [path = ''] = readdirSync(blobs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    chmodSync(path, 0o644);
    writeFileSync(path, 'flipped');
    const { exitCode, check } = await doctor(broken);
    expect([exitCode, check('cache')?.state]).toEqual([0, 'warning']);
    expect(check('cache')?.message).toMatch(/; 1 file of those looked at is damaged, and its step runs again$/);
    await broken.run(['cache', 'verify']);
    expect((await doctor(broken)).check('cache')?.message).toMatch(
      /all sound; 1 damaged file was set aside earlier, in \.recipe\/store\/quarantine$/,
    );
  });

  test('what killed processes left, and one that works', async () => {
    copy();
    const dead = { ...systemProcesses().self, pid: 2 ** 22 + 1, startTime: '1' };
    const locks = join(broken.root, '.recipe/store/locks');
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, 'train.lock'), encodeChecksummed({ ...dead, purpose: 'recipe run', since: Date.now() }));
    broken.write(
      '.recipe/store/open-runs/abcdef0123.json',
      JSON.stringify({ uri: 'sqlite:///mlflow.db', runId: 'abcdef0123', process: dead }),
    );
    const left = await doctor(broken);
    expect([left.exitCode, left.check('locks')?.message]).toEqual([0, '1 lock of killed processes; the next run replaces it']);
    expect(left.check('runs')?.message).toBe('1 run of killed processes still counts as running: abcdef01');
    const hold = await holdStep(broken.root, 'evaluate');
    const busy = await doctor(broken);
    hold.release();
    expect(busy.check('locks')?.message).toMatch(/^`a test` of process \d+ works here now$/);
    writeFileSync(
      join(locks, 'train.lock'),
      encodeChecksummed({ ...dead, boot: 'other', host: 'elsewhere', purpose: 'recipe run', since: Date.now() }),
    );
    expect((await doctor(broken)).check('locks')?.message).toBe(
      `train.lock is held by process ${dead.pid} on elsewhere, which cannot be seen from here`,
    );
  }, 60_000);

  test('a run whose log has no end', async () => {
    copy();
    const logs = join(broken.root, '.recipe/logs');
    writeFileSync(
      join(logs, '9999-cut.ndjson'),
      `${JSON.stringify({ seq: 0, time: '2030-01-01T00:00:00.000Z', type: 'run-started', profile: null, runId: null })}\n`,
    );
    expect((await doctor(broken)).check('runs')).toMatchObject({
      state: 'warning',
      message: 'the run of 2030-01-01T00:00:00.000Z did not end by itself',
    });
  });
});
