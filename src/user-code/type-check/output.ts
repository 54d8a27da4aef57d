/** What the compiler prints with `--pretty false --listFiles`, as values. Versions 5 to 7 print alike. */
import { isAbsolute } from 'node:path';

export interface CompilerError {
  /** As printed: relative to the folder in which the compiler ran. Absent for one that has no place. */
  readonly file?: string;
  /** 1-based, as `column`, which counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** `TS2345`. */
  readonly number: string;
  /** The message, and below it why, from the outside to the inside. */
  readonly lines: readonly string[];
}

export interface CompilerOutput {
  readonly errors: readonly CompilerError[];
  /** Every file of the program, absolute. */
  readonly files: readonly string[];
}

const PLACED = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/;
const UNPLACED = /^error (TS\d+): (.*)$/;

export function readOutput(text: string): CompilerOutput {
  const errors: { file?: string; line: number; column: number; number: string; lines: string[] }[] = [];
  const files: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const placed = PLACED.exec(line);
    const unplaced = UNPLACED.exec(line);
    if (placed !== null) {
      const [, file = '', row = '', column = '', number = '', message = ''] = placed;
      errors.push({ file, line: Number(row), column: Number(column), number, lines: [message] });
    } else if (unplaced !== null) {
      errors.push({ line: 1, column: 1, number: unplaced[1] ?? '', lines: [unplaced[2] ?? ''] });
    } else if (/^\s+\S/.test(line)) errors.at(-1)?.lines.push(line.trim());
    else if (isAbsolute(line)) files.push(line);
  }
  return { errors, files };
}
