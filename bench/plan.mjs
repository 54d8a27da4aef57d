// node bench/plan.mjs: what the engine costs by itself. The plan of 1,000 and 10,000 synthetic tasks that are all
// up to date, two outputs each, in fresh processes on a warm disk; and the time that a trivial task takes beside its
// own work. The smallest of several runs counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode, folder, size] = process.argv.slice(2);

if (mode === 'make' || mode === 'plan') await child(mode, folder, Number(size));
else parent();

function parent() {
  const figures = {};
  for (const size of [1_000, 10_000]) {
    const scratch = mkdtempSync(join(tmpdir(), 'mlrecipe-plan-'));
    try {
      const made = ask('make', scratch, size);
      const plans = Array.from({ length: size === 1_000 ? 7 : 4 }, () => ask('plan', scratch, size));
      figures[size] = {
        perTask: made.ms / size,
        ms: Math.min(...plans.map(({ ms }) => ms)),
        cpu: Math.min(...plans.map(({ cpu }) => cpu)),
      };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  const [small, large] = [figures[1_000], figures[10_000]];
  line('plan of 1,000 tasks, nothing to do', `${small.ms.toFixed(0)} ms`, 'limit 300 ms', `${small.cpu.toFixed(0)} ms of processor time`);
  line('plan of 10,000 tasks, nothing to do', `${large.ms.toFixed(0)} ms`, 'limit 1000 ms', `${large.cpu.toFixed(0)} ms of processor time`);
  line('ratio of the two', (large.ms / small.ms).toFixed(1), 'limit 12');
  line('overhead of a task that runs', `${small.perTask.toFixed(1)} ms`, 'limit 10 ms');
}

function ask(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...args.map(String)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function child(mode, folder, size) {
  const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  const { planTasks } = await load('engine/plan.js');
  const { openFileStore } = await load('store/file-store.js');
  const { openStatCache } = await load('store/stat-cache.js');
  const { nodeFileSystem: fs } = await load('store/node-file-system.js');
  const clock = { now: () => Date.now() };
  const started = performance.now();
  const cpu = process.cpuUsage();
  const options = {
    tasks: tasks(size),
    store: openFileStore({ root: join(folder, 'store'), outputs: join(folder, 'outputs'), fs, clock, onWarning: complain }),
    digests: openStatCache({ file: join(folder, 'store/stat-cache'), fs, clock }),
  };
  if (mode === 'make') {
    const { runTasks } = await load('engine/run.js');
    const { status } = await runTasks({
      ...options,
      executor: { execute, close: async () => {} },
      clock,
      concurrency: 1,
      signal: new AbortController().signal,
      emit: () => {},
    });
    if (status !== 'ok') throw new Error(status);
  } else {
    const { tasks: planned } = await planTasks(options);
    const wrong = planned.find(({ state }) => state !== 'fresh');
    if (wrong !== undefined) throw new Error(`${wrong.name} is ${wrong.state}`);
  }
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(JSON.stringify({ ms: performance.now() - started, cpu: (user + system) / 1000 }));
}

// Chains of ten, side by side, with two outputs, a few parameters and two inputs.
function tasks(size) {
  return Array.from({ length: size }, (_, index) => ({
    name: `task-${index}`,
    implementation: '0'.repeat(64),
    params: { index, rate: 0.1, columns: ['area', 'rooms'], nested: { depth: 6, leaves: 31 } },
    inputs:
      index % 10 === 0 ? [] : ['a.txt', 'b.txt'].map((output) => ({ kind: 'output', role: output, task: `task-${index - 1}`, output })),
    outputs: ['a.txt', 'b.txt'],
    userCode: [],
    environment: {},
    env: {},
    seed: 0,
    payload: undefined,
  }));
}

async function execute({ task, staging }) {
  for (const name of task.outputs) writeFileSync(join(staging, name), `${task.name} ${name}`);
  return { ok: true, result: { summary: 'done' }, attachments: [] };
}

function complain(message) {
  throw new Error(message);
}

function line(what, figure, limit, note = '') {
  process.stdout.write(`${what.padEnd(38)} ${figure.padStart(9)}  ${limit.padEnd(14)} ${note}`.trimEnd().concat('\n'));
}
