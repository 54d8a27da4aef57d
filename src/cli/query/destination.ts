/** Where an answer goes: the terminal, or a file that is there only when it is whole. */
import { wholeFile } from '../../app/whole-file.ts';
import type { Terminal } from '../terminal.ts';

export interface Destination {
  /** Waits until there is room for more. False when nobody wants it. */
  write(text: string): Promise<boolean>;
  /** The answer is complete. */
  finish(): void;
  /** It is not, and leaves nothing behind. What a terminal has shown stays. */
  abandon(): void;
}

export function destination(terminal: Terminal, output: string | undefined): Destination {
  if (output === undefined) {
    const write = (text: string): Promise<boolean> => {
      terminal.out(text);
      return terminal.hasRoom();
    };
    return { write, finish() {}, abandon() {} };
  }
  const file = wholeFile(output);
  const write = async (text: string): Promise<boolean> => {
    file.write(text);
    return true;
  };
  return { write, finish: () => file.finish(), abandon: () => file.abandon() };
}
