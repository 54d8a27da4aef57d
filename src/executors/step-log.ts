/** The log of one step: every byte that it printed in the order of arrival, and its last lines in memory. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { OutputSink } from './output-lines.ts';

export class StepLog {
  readonly sinks: { readonly stdout: OutputSink; readonly stderr: OutputSink };
  readonly #file: number;
  readonly #kept: string[] = [];
  #isOpen = true;
  #problem: Error | undefined;

  constructor(path: string, keep: number, onLine: (stream: 'stdout' | 'stderr', line: string) => void) {
    this.#file = openSync(path, 'a');
    const sink = (stream: 'stdout' | 'stderr'): OutputSink => ({
      text: (text) => this.#write(text),
      line: (line) => {
        this.#kept.push(line);
        if (this.#kept.length > keep) this.#kept.shift();
        onLine(stream, line);
      },
    });
    this.sinks = { stdout: sink('stdout'), stderr: sink('stderr') };
  }

  get lastLines(): readonly string[] {
    return this.#kept;
  }

  /** Why bytes are missing from the file, such as a full disk. Found out when the step has ended. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #write(text: string): void {
    if (!this.#isOpen || this.#problem !== undefined) return;
    try {
      writeSync(this.#file, text);
    } catch (error) {
      this.#problem = error as Error;
    }
  }
}
