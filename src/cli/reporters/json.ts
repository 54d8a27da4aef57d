/** `--format json`: one event a line on stdout and nothing else there. */
import { EVENT_SCHEMA_VERSION, type RunEvent } from '../../app/events.ts';
import type { Terminal } from '../terminal.ts';
import type { Reporter } from './reporter.ts';

export function jsonReporter(terminal: Terminal): Reporter {
  let seq = 0;
  return {
    handle(event: RunEvent) {
      terminal.out(`${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, seq: seq++, time: new Date().toISOString(), ...event })}\n`);
    },
    close: () => Promise.resolve(),
  };
}
