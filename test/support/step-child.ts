/**
 * A process that runs one step in a workspace that others use too. The step says that it began, in a file, and
 * ends when the test says so. Prints for whom it waited, and in the end what it executed.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../../src/engine/digest.ts';
import { runTasks } from '../../src/engine/run.ts';
import type { TaskName } from '../../src/engine/task.ts';
import { inProcessExecutor } from '../../src/executors/in-process.ts';
import { openFileStore } from '../../src/store/file-store.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { systemProcesses } from '../../src/store/processes.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
import { openStepLocks } from '../../src/store/step-lock.ts';

const [root = '', name = ''] = process.argv.slice(2);
const clock = { now: Date.now };
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const store = openFileStore({ root: join(root, 'store'), outputs: join(root, 'outputs'), fs: nodeFileSystem, clock, onWarning: say });

const outcome = await runTasks({
  tasks: [
    {
      name: name as TaskName,
      implementation: sha256Hex(name),
      params: {},
      inputs: [{ kind: 'file', role: 'rows', path: join(root, 'data/a.csv'), label: 'data/a.csv' }],
      outputs: ['out.txt'],
      userCode: [],
      environment: {},
      env: {},
      seed: 0,
      payload: undefined,
    },
  ],
  store,
  digests: openStatCache({ file: join(root, 'store/stat-cache'), fs: nodeFileSystem, clock }),
  locks: openStepLocks({
    store,
    processes: systemProcesses(),
    purpose: 'the test',
    onWait: (task, holder) => say(`waits for ${task} of ${holder.pid}`),
  }),
  executor: inProcessExecutor({
    [name]: async ({ staging }) => {
      writeFileSync(join(root, `began-${name}-${process.pid}`), '');
      while (!existsSync(join(root, 'go'))) await new Promise((resolve) => setTimeout(resolve, 10));
      writeFileSync(join(staging, 'out.txt'), `made by ${name}`);
      return { ok: true, result: {}, attachments: [] };
    },
  }),
  clock,
  concurrency: 1,
  signal: new AbortController().signal,
  emit: (event) => {
    if (event.type === 'store-warning') say(event.message);
  },
});
say(`${outcome.status}: executed ${outcome.executed.join()}; reused ${outcome.reused.join()}`);
