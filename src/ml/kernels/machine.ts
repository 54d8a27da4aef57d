/**
 * One piece of memory and what works on it: the WebAssembly kernels with helping threads, or, where
 * they cannot run, their TypeScript twins. Both leave the same bytes.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { kernels } from './generated/kernels.ts';
import { JOINED_AT, type Layout, MAX_THREADS, type Offset, TASKS_AT } from './layout.ts';
import { performTwin } from './twin.ts';

/** A kernel of `perform.as.ts` and its arguments. Offsets are numbers; so are integers. */
export type Task = readonly [kernel: number, ...args: number[]];

export const Kernel = {
  binNumbers: 1,
  binCodes: 2,
  cutNumbers: 3,
  squaredGradients: 4,
  logisticGradients: 5,
  measure: 6,
  packRows: 7,
  sumPieces: 14,
  addPieces: 15,
  walkRows: 16,
  addBatch: 17,
  orderByLeaf: 18,
  gatherBytes: 19,
  gatherNumbers: 20,
  interleave: 21,
  growTree: 23,
  sampleRows: 24,
  copyBytes: 25,
  residualGradients: 30,
  countGradients: 31,
  renewLeaves: 32,
  softmaxGradients: 33,
  sumLosses: 34,
  growTrees: 40,
  walkForest: 41,
} as const;

interface Exports {
  round(tasks: number): void;
  start(tasks: number): number;
  complete(round: number, tasks: number): void;
  dismiss(): void;
}

const PAGE = 65_536;
const MAX_PAGES = 65_536;
/** Helpers ask for nothing but the module and its memory, so they need no file: that works from sources, library and bundle alike. */
const HELPER = `const { workerData } = require('node:worker_threads');
new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory } }).exports.help();`;

let compiled: object | undefined;

/** Helpers of a machine that nobody closed go home when it is collected. */
const abandoned = new FinalizationRegistry<Exports>((exports) => exports.dismiss());

export interface MachineOptions {
  /** Threads at most, the calling one included. */
  readonly threads: number;
  /** Work with the twins. Only tests ask for them. */
  readonly twin?: boolean;
}

/** A fit that is too large for the kernels. */
export class TooMuchMemory extends RangeError {}

export class Machine {
  readonly buffer: ArrayBufferLike;
  /** The whole memory, for what is written often: making a view costs more than writing a few numbers. */
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly #tasks: Int32Array;
  readonly #joined: Int32Array;
  readonly #exports: Exports | undefined;
  readonly #most: number;

  constructor(layout: Layout, { threads, twin = false }: MachineOptions) {
    const pages = Math.ceil(layout.size / PAGE);
    if (pages > MAX_PAGES) {
      const gibibytes = (layout.size / 2 ** 30).toFixed(1);
      throw new TooMuchMemory(
        `this takes ${gibibytes} GiB of memory in one piece, and at most 4 GiB can be addressed; use fewer rows or features`,
      );
    }
    const started = twin ? undefined : startKernels(pages);
    this.buffer = started?.memory.buffer ?? new ArrayBuffer(layout.size);
    this.#exports = started?.exports;
    this.#most = Math.min(threads, MAX_THREADS);
    if (started !== undefined) {
      const workerData = { module: compiled, memory: started.memory };
      abandoned.register(this, started.exports);
      // A helper that sleeps must not keep the process alive.
      for (let i = 1; i < this.#most; i++) new Worker(HELPER, { eval: true, workerData, execArgv: [], env: {} }).unref();
    }
    this.words = new Int32Array(this.buffer);
    this.doubles = new Float64Array(this.buffer);
    this.#tasks = new Int32Array(this.buffer, TASKS_AT, 16 * MAX_THREADS);
    this.#joined = new Int32Array(this.buffer, JOINED_AT, 1);
  }

  /** How many tasks to divide the next round into. Grows while helpers start. */
  get threads(): number {
    // The twins do every task after the other; more than one shows that the division changes nothing.
    return this.#exports === undefined ? this.#most : Math.min(this.#most, 1 + Atomics.load(this.#joined, 0));
  }

  /** Do these tasks at the same time, at most `MAX_THREADS` of them. */
  round(tasks: readonly Task[]): void {
    this.#write(tasks);
    if (this.#exports === undefined) this.#twin(tasks.length);
    else this.#exports.round(tasks.length);
  }

  /** Let helpers begin with these tasks. What comes back does the rest and waits for theirs; nothing else may be begun before that. */
  start(tasks: readonly Task[]): () => void {
    this.#write(tasks);
    const { length } = tasks;
    const kernels = this.#exports;
    if (kernels === undefined) return () => this.#twin(length);
    const round = kernels.start(length);
    return () => kernels.complete(round, length);
  }

  #write(tasks: readonly Task[]): void {
    const words = this.#tasks;
    for (let t = 0; t < tasks.length; t++) {
      const task = tasks[t] as Task;
      for (let i = 0; i < task.length; i++) words[16 * t + i] = task[i] as number;
    }
  }

  #twin(tasks: number): void {
    for (let t = 0; t < tasks; t++) performTwin(this.buffer, this.#tasks.subarray(16 * t, 16 * t + 16));
  }

  /** Send the helpers home. The memory stays readable. */
  close(): void {
    this.#exports?.dismiss();
  }

  bytes(at: Offset, length: number): Uint8Array {
    return new Uint8Array(this.buffer, at, length);
  }

  integers(at: Offset, length: number): Int32Array {
    return new Int32Array(this.buffer, at, length);
  }

  numbers(at: Offset, length: number): Float64Array {
    return new Float64Array(this.buffer, at, length);
  }
}

/** What is used of WebAssembly, which the types of Node leave out. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: ArrayBufferLike };
}

/** `undefined` where kernels cannot run: no SIMD or no shared memory. */
function startKernels(pages: number): { readonly memory: { readonly buffer: ArrayBufferLike }; readonly exports: Exports } | undefined {
  const wasm = (globalThis as unknown as { WebAssembly?: Wasm }).WebAssembly;
  if (wasm === undefined) return undefined;
  try {
    compiled ??= compile(wasm);
    const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
    return { memory, exports: new wasm.Instance(compiled, { env: { memory } }).exports as Exports };
  } catch {
    return undefined;
  }
}

/**
 * Kernels run hot from the first call, so they are optimised at once: otherwise V8 would run a plain translation for the
 * first tenths of a second, which is what a fit of a hundred thousand rows takes.
 */
function compile({ Module }: Wasm): object {
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return new Module(Buffer.from(kernels, 'base64'));
  } finally {
    setFlagsFromString('--liftoff');
    setFlagsFromString('--wasm-lazy-compilation');
  }
}
