/** A small recipe of in-process steps on a real disk, with the real store: for tests that kill it. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256Hex } from '../../src/engine/digest.ts';
import type { RunOutcome } from '../../src/engine/events.ts';
import type { Clock, FileSystem } from '../../src/engine/ports.ts';
import { runTasks } from '../../src/engine/run.ts';
import type { Task, TaskName } from '../../src/engine/task.ts';
import { type Handler, inProcessExecutor } from '../../src/executors/in-process.ts';
import { decodeEntry } from '../../src/store/entries.ts';
import { openFileStore } from '../../src/store/file-store.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';

export interface DiskRun {
  readonly fs?: FileSystem;
  readonly clock?: Clock;
  /** Where outputs are shown, if not beside the store. */
  readonly outputs?: string;
  /** Asked by the `train` step. */
  readonly depth: number;
  readonly handlers?: Readonly<Record<string, Handler>>;
}

export interface DiskOutcome extends RunOutcome {
  readonly warnings: readonly string[];
}

export function prepareDisk(root: string): void {
  mkdirSync(join(root, 'data'), { recursive: true });
  writeFileSync(join(root, 'data/a.csv'), 'a,b\n1,2\n');
}

/** `split` leaves two files; `train` a folder with two files, one of them below another folder. */
export async function runOnDisk(
  root: string,
  { fs = nodeFileSystem, clock = { now: () => Date.now() }, depth, outputs = join(root, 'outputs'), handlers }: DiskRun,
): Promise<DiskOutcome> {
  const warnings: string[] = [];
  const outcome = await runTasks({
    tasks: recipe(root, depth),
    store: openFileStore({
      root: join(root, 'store'),
      outputs,
      fs,
      clock,
      onWarning: (text) => warnings.push(text),
    }),
    digests: openStatCache({ file: join(root, 'store/stat-cache'), fs, clock }),
    executor: inProcessExecutor({ ...HANDLERS, ...handlers }),
    clock,
    concurrency: 1,
    signal: new AbortController().signal,
    emit: (event) => {
      if (event.type === 'store-warning') warnings.push(event.message);
    },
  });
  return { ...outcome, warnings };
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  async split({ inputs, staging }) {
    const text = readFileSync(inputs['rows'] as string, 'utf8');
    put(staging, 'train.txt', `train of ${text}`);
    put(staging, 'test.txt', `test of ${text}`);
    put(staging, 'step.log', 'did split\n');
    return { ok: true, result: { summary: 'split' }, attachments: ['step.log'] };
  },
  async train({ task, inputs, staging }) {
    const text = readFileSync(inputs['rows'] as string, 'utf8');
    const { depth } = task.params as { readonly depth: number };
    put(staging, 'model/MLmodel', `depth ${depth}`);
    put(staging, 'model/data/trees.bin', `${depth} over ${text}`.repeat(50));
    put(staging, 'step.log', 'did train\n');
    return { ok: true, result: { summary: 'train' }, attachments: ['step.log'] };
  },
};

function recipe(root: string, depth: number): readonly Task[] {
  const common = { userCode: [], environment: {}, env: {}, seed: 0, payload: undefined };
  return [
    {
      ...common,
      name: 'split' as TaskName,
      implementation: sha256Hex('split'),
      params: {},
      inputs: [{ kind: 'file', role: 'rows', path: join(root, 'data/a.csv'), label: 'data/a.csv' }],
      outputs: ['train.txt', 'test.txt'],
    },
    {
      ...common,
      name: 'train' as TaskName,
      implementation: sha256Hex('train'),
      params: { depth },
      inputs: [{ kind: 'output', role: 'rows', task: 'split' as TaskName, output: 'train.txt' }],
      outputs: ['model'],
    },
  ];
}

export function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Every file below a folder with its content. Empty when there is none. */
export function filesBelow(folder: string): Readonly<Record<string, string>> {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true }) as string[];
  } catch {
    return {};
  }
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(files.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'latin1')]));
}

/** What is wrong with a store: bytes that are not what their name says, entries that name bytes that are not there. */
export function faultsOf(store: string): readonly string[] {
  const blobs = filesBelow(join(store, 'blobs'));
  const held = new Set(Object.keys(blobs).map((path) => path.slice(3)));
  const faults = Object.entries(blobs)
    .filter(([path, bytes]) => path.slice(3) !== sha256Hex(Buffer.from(bytes, 'latin1')))
    .map(([path]) => `the bytes of ${path} are not those of its name`);
  for (const [path, bytes] of Object.entries(filesBelow(join(store, 'entries')))) {
    const entry = decodeEntry(Buffer.from(bytes, 'latin1'));
    if (entry === undefined) faults.push(`the entry ${path} cannot be read`);
    const files = entry === undefined ? [] : [...entry.outputs.flatMap((output) => output.files), ...entry.attachments];
    for (const file of files) if (!held.has(file.digest)) faults.push(`the entry ${path} names ${file.digest}, which is not there`);
  }
  return faults;
}
