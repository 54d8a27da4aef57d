/** For pipes, CI and dumb terminals: a line when a step ends, nothing that moves. */

import type { RunEvent } from '../../app/events.ts';
import { printable } from '../../diagnostics/text-width.ts';
import type { Terminal } from '../terminal.ts';
import type { Reporter } from './reporter.ts';
import { stepLines } from './step-lines.ts';

/** Long steps say that they are alive, for a CI that ends silent jobs. */
const HEARTBEAT_MS = 30_000;

export function plainReporter(
  terminal: Terminal,
  options: { readonly verbose: boolean; readonly quiet: boolean; readonly steps: readonly string[] },
): Reporter {
  const lines = stepLines(terminal, options.steps);
  let beat: NodeJS.Timeout | undefined;
  return {
    handle(event: RunEvent) {
      if (options.quiet) return;
      if (event.type === 'step-started') {
        clearInterval(beat);
        beat = setInterval(() => terminal.err(`  ${event.step} is still running\n`), HEARTBEAT_MS);
        beat.unref();
      }
      if (event.type === 'step-finished' || event.type === 'run-finished') clearInterval(beat);
      if (event.type === 'step-log' && options.verbose) terminal.err(`  ${event.step} | ${printable(event.line)}\n`);
      const line = lines.line(event);
      if (line !== undefined) terminal.err(`${line}\n`);
    },
    close() {
      clearInterval(beat);
      return Promise.resolve();
    },
  };
}
