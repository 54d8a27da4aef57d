/**
 * Tasks whose work is a pure function of what their key covers, an executor that carries them out
 * and counts, and a workspace in memory to run them in. With `hold`, the test ends a step by hand.
 */
import { asTaskName, sha256Hex } from '../../src/engine/digest.ts';
import type { EngineEvent, RunOutcome } from '../../src/engine/events.ts';
import { type DecidedPlan, planTasks } from '../../src/engine/plan.ts';
import type { ExecuteOutcome, ExecuteRequest, Executor, Failure } from '../../src/engine/ports.ts';
import { type RunOptions, runTasks } from '../../src/engine/run.ts';
import type { Task, TaskInput, TaskName } from '../../src/engine/task.ts';
import type { Json } from '../../src/schema/json.ts';
import { type FileStore, openFileStore } from '../../src/store/file-store.ts';
import type { Processes } from '../../src/store/processes.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
import { type FakeClock, fakeClock, type MemoryFileSystem, memoryFileSystem } from './memory-fs.ts';

export interface FakeTask {
  readonly name: string;
  /** `data/a.csv` is a file; `split train.txt` is the output of another task. */
  readonly reads?: readonly string[];
  readonly outputs?: readonly string[];
  readonly params?: Json;
  readonly code?: string;
  readonly extra?: Partial<Task>;
}

export function fakeTask({ name, reads = [], outputs = ['out.txt'], params = {}, code = 'v1', extra }: FakeTask): Task {
  return {
    name: asTaskName(name),
    implementation: sha256Hex(code),
    params,
    inputs: reads.map(toInput),
    outputs,
    userCode: [],
    environment: {},
    env: {},
    seed: 0,
    payload: { code },
    ...extra,
  };
}

function toInput(text: string, index: number): TaskInput {
  const role = `in${index}`;
  const [task, output] = text.split(' ');
  if (task === undefined || output === undefined) return { kind: 'file', role, path: `/w/${text}`, label: text };
  return { kind: 'output', role, task: asTaskName(task), output };
}

export const fakeProcesses: Processes = {
  self: { pid: 1, host: 'h', boot: 'b', numbering: 'n', startTime: '1' },
  lives: () => 'yes',
  answers: () => true,
};

/** What a task leaves: its own code, parameters and the content of its inputs, or what `work` makes of them. */
export type Work = (request: ExecuteRequest, inputs: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | ExecuteOutcome;

export interface Rig {
  readonly fs: MemoryFileSystem;
  readonly clock: FakeClock;
  readonly warnings: string[];
  readonly events: EngineEvent[];
  /** Names of executed tasks, in the order in which they began. */
  readonly began: string[];
  /** What a task does, where it is not the usual. */
  readonly work: Map<string, Work>;
  /** Tasks that wait in the executor until their promise resolves. */
  readonly hold: Map<string, Promise<void>>;
  store(): FileStore;
  plan(tasks: readonly Task[], options?: Partial<RunOptions>): Promise<DecidedPlan>;
  run(tasks: readonly Task[], options?: Partial<RunOptions>): Promise<RunOutcome>;
  /** All that the workspace shows. */
  shown(): Readonly<Record<string, string>>;
}

/** Each `plan` and `run` opens store and stat cache anew, as each command does. Ten seconds pass in between. */
export function rig(): Rig {
  const clock = fakeClock();
  const fs = memoryFileSystem(clock);
  fs.makeFolder('/w/data');
  const self: Rig = {
    fs,
    clock,
    warnings: [],
    events: [],
    began: [],
    work: new Map(),
    hold: new Map(),
    store: () =>
      openFileStore({
        root: '/w/.recipe/store',
        outputs: '/w/.recipe/outputs',
        fs,
        clock,
        onWarning: (text) => self.warnings.push(text),
        processes: fakeProcesses,
      }),
    plan(tasks, options = {}) {
      clock.advance(10_000);
      return planTasks({
        tasks,
        store: self.store(),
        digests: openStatCache({ file: '/w/.recipe/store/stat-cache', fs, clock }),
        ...options,
      });
    },
    run(tasks, options = {}) {
      clock.advance(10_000);
      self.events.length = 0;
      self.began.length = 0;
      return runTasks({
        tasks,
        store: self.store(),
        digests: openStatCache({ file: '/w/.recipe/store/stat-cache', fs, clock }),
        executor: executor(self),
        clock,
        concurrency: 2,
        signal: new AbortController().signal,
        emit: (event) => self.events.push(event),
        ...options,
      });
    },
    shown: () => fs.files('/w/.recipe/outputs'),
  };
  return self;
}

function executor({ fs, began, work, hold }: Rig): Executor {
  return {
    async execute(request) {
      const { task, staging } = request;
      began.push(task.name);
      const inputs = Object.fromEntries(Object.entries(request.inputs).map(([role, path]) => [role, fs.text(path)]));
      await hold.get(task.name);
      const made = work.get(task.name)?.(request, inputs) ?? usualWork(task, inputs);
      if (typeof made['ok'] === 'boolean') return made as ExecuteOutcome;
      for (const [path, text] of Object.entries(made as Readonly<Record<string, string>>)) {
        const file = `${staging}/${path}`;
        fs.makeFolder(file.slice(0, file.lastIndexOf('/')));
        fs.writeFile(file, Buffer.from(text));
      }
      fs.writeFile(`${staging}/step.log`, Buffer.from(`log of ${task.name}`));
      return { ok: true, result: { summary: `${task.name} done` }, attachments: ['step.log'] };
    },
    close: async () => {},
  };
}

export function usualWork(task: Task, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const code = (task.payload as { readonly code: string }).code;
  const text = JSON.stringify({ code, params: task.params, inputs });
  return Object.fromEntries(task.outputs.map((name) => [name, `${name} ${text}`]));
}

export function failWith(failure: Failure): Work {
  return () => ({ ok: false, failure });
}

export const named = (name: string): TaskName => asTaskName(name);
