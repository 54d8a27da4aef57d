/** `--format json`: one event a line on stdout and nothing else there. */
import type { Terminal } from '../terminal.ts';
import type { Reporter } from './reporter.ts';

export function jsonReporter(terminal: Terminal): Reporter {
  return {
    handle: (event) => terminal.out(`${JSON.stringify(event)}\n`),
    close: () => Promise.resolve(),
  };
}
