/**
 * A disk that says no, at any call and for any reason: a run ends well or with a named error, the store
 * stays sound, and the next run gives what a clean run gives.
 */
import { describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts';
import { sha256Hex } from '../../src/engine/digest.ts';
import type { FileSystem } from '../../src/engine/ports.ts';
import type { Task } from '../../src/engine/task.ts';
import { openFileStore } from '../../src/store/file-store.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
import { fakeProcesses, fakeTask, type Rig, rig, usualWork } from '../support/fake-task.ts';
import { type Call, faultyFileSystem } from '../support/faulty-file-system.ts';

const recipe = (depth: number): readonly Task[] => [
  fakeTask({ name: 'split', reads: ['data/a.csv'], outputs: ['train.txt', 'test.txt'] }),
  fakeTask({ name: 'train', reads: ['split train.txt'], outputs: ['model'], params: { depth } }),
];

async function prepared(before: readonly number[]): Promise<Rig> {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  work.work.set('train', ({ task }, inputs) => ({
    'model/MLmodel': 'yaml',
    'model/data/trees.bin': usualWork(task, inputs)['model'] ?? '',
  }));
  for (const depth of before) await work.run(recipe(depth));
  return work;
}

interface End {
  readonly status: 'ok' | 'failed' | 'refused';
  /** Where a person would find the cause. */
  readonly told: string;
}

/** Through a store on a file system with faults. Steps themselves write undisturbed. */
async function attempt(work: Rig, depth: number, fs: FileSystem): Promise<End> {
  const told: string[] = [];
  try {
    const outcome = await work.run(recipe(depth), {
      store: openFileStore({
        root: '/w/.recipe/store',
        outputs: '/w/.recipe/outputs',
        fs,
        clock: work.clock,
        onWarning: (text) => told.push(text),
        processes: fakeProcesses,
      }),
      digests: openStatCache({ file: '/w/.recipe/store/stat-cache', fs, clock: work.clock }),
      concurrency: 1,
    });
    for (const event of work.events) if (event.type === 'store-warning') told.push(event.message);
    for (const failure of outcome.failures.values()) told.push(failure.message);
    return { status: outcome.status as 'ok' | 'failed', told: told.join('\n') };
  } catch (error) {
    // Anything else would be shown as a bug of ours.
    if (!(error instanceof DiagnosticError)) throw error;
    return { status: 'refused', told: error.message };
  }
}

function expectSoundStore(work: Rig): void {
  for (const [path, text] of Object.entries(work.fs.files('/w/.recipe/store/blobs'))) expect(path.slice(3)).toBe(sha256Hex(text));
}

/** Which calls a system refuses for this reason. */
function refuses(code: string, { operation, isChange }: Call): boolean {
  if (code === 'EXDEV') return operation === 'rename';
  if (code === 'ENOSPC' || code === 'EROFS') return isChange;
  if (code === 'EMFILE') return !['stat', 'statTarget', 'rename', 'makeFolder', 'setMode', 'setTime'].includes(operation);
  return true;
}

describe.each<[string, readonly number[], number]>([
  ['a first run', [], 6],
  ['a run after an edit', [6], 9],
  ['a run that brings back an earlier result', [6, 9], 6],
  ['a run that changes nothing', [6], 6],
])('%s', (_what, before, depth) => {
  test.each(['ENOSPC', 'EACCES', 'EROFS', 'EMFILE', 'EIO', 'EXDEV'])('%s at each call, once and for good', async (code) => {
    const clean = (await prepared([depth])).shown();
    const counting = await prepared(before);
    const counted = faultyFileSystem(counting.fs, () => undefined);
    await attempt(counting, depth, counted.fs);
    for (let at = 1; at <= counted.calls(); at++) {
      for (const isForGood of [false, true]) {
        const work = await prepared(before);
        let hit: Call | undefined;
        const { fs } = faultyFileSystem(work.fs, (call) => {
          if (!(isForGood ? call.number >= at : call.number === at) || !refuses(code, call)) return undefined;
          hit ??= call;
          return code;
        });
        const where = () => `${code} at call ${at}${isForGood ? ' and after' : ''}: ${hit?.operation} ${hit?.path}`;
        const end = await attempt(work, depth, fs).catch((error: unknown) => {
          throw new Error(`${where()}: ${String(error)}`, { cause: error });
        });
        if (end.status === 'ok') expect(work.shown(), where()).toEqual(clean);
        else expect(end.told, where()).toContain(code);
        expectSoundStore(work);
        const next = await work.run(recipe(depth));
        expect(next.status, where()).toBe('ok');
        expect(work.shown(), where()).toEqual(clean);
        expectSoundStore(work);
      }
    }
    expect(counted.calls()).toBeGreaterThan(5);
  });
});
