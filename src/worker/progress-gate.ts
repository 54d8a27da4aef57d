/** Lets at most ten reports of progress a second through; the last one always arrives. */
import type { StepProgress } from '../engine/ports.ts';

const WINDOW_MS = 1000;
const PER_WINDOW = 10;

export interface GateOptions {
  /** A clock that never runs backwards, in milliseconds. */
  now(): number;
  send(progress: StepProgress): void;
  /** Call back after so many milliseconds; the value ends the wait. */
  wait(callback: () => void, ms: number): () => void;
}

export class ProgressGate {
  readonly #options: GateOptions;
  #windowStart = Number.NEGATIVE_INFINITY;
  #sent = 0;
  #held: StepProgress | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  report(progress: StepProgress): void {
    const { now, wait } = this.#options;
    const time = now();
    if (time - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = time;
      this.#sent = 0;
    }
    if (this.#sent < PER_WINDOW) {
      this.#drop();
      this.#send(progress);
      return;
    }
    this.#held = progress;
    this.#cancel ??= wait(
      () => {
        this.#cancel = undefined;
        const held = this.#held;
        if (held !== undefined) this.report(held);
      },
      this.#windowStart + WINDOW_MS - time,
    );
  }

  /** Send what is held back. Nothing comes later. */
  flush(): void {
    const held = this.#held;
    this.#drop();
    if (held !== undefined) this.#send(held);
  }

  #send(progress: StepProgress): void {
    this.#sent++;
    this.#options.send(progress);
  }

  #drop(): void {
    this.#held = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
