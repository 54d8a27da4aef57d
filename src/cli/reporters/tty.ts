/** The interactive view: a line per step that changes in place, drawn by listr2, which is loaded only here. */
import type { RunEvent } from '../../app/events.ts';
import { number } from '../format.ts';
import { printable, type Terminal } from '../terminal.ts';
import type { Reporter } from './reporter.ts';
import { stepLines } from './step-lines.ts';

interface Row {
  readonly done: Promise<void>;
  finish(): void;
  fail(): void;
  set?: (text: string) => void;
  last?: string;
}

export async function ttyReporter(terminal: Terminal, steps: readonly string[]): Promise<Reporter> {
  const { Listr } = await import('listr2');
  const lines = stepLines(terminal);
  const rows = new Map<string, Row>(steps.map((step) => [step, row()]));
  const list = new Listr(
    steps.map((step) => ({
      title: step,
      task: (_: unknown, task: { title: string }) => {
        const current = rows.get(step);
        if (current === undefined) return Promise.resolve();
        current.set = (text) => {
          task.title = text;
        };
        if (current.last !== undefined) task.title = current.last;
        return current.done;
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, icon: blankIcons() },
    },
  );
  const drawn = list.run().catch(() => undefined);

  const show = (step: string, text: string): void => {
    const current = rows.get(step);
    if (current === undefined) return;
    current.last = text;
    current.set?.(text);
  };
  return {
    handle(event: RunEvent) {
      const line = lines.line(event);
      if (line !== undefined && 'step' in event && event.step !== undefined) {
        show(event.step, line);
        rows.get(event.step)?.finish();
      } else if (event.type === 'step-started') {
        show(event.step, `  ${lines.running(event.step)}`);
      } else if (event.type === 'step-progress') {
        const metric = Object.entries(event.metrics ?? {})[0];
        const share =
          event.done !== undefined && event.total !== undefined
            ? ` ${event.done}/${event.total}${event.unit === undefined ? '' : ` ${event.unit}`}`
            : '';
        const live = metric === undefined ? '' : `  ${metric[0]} ${number(metric[1])}`;
        show(event.step, `  ${lines.running(event.step)} ${printable(event.message ?? '')}${share}${live}`);
      } else if (event.type === 'run-finished') {
        for (const current of rows.values()) current.finish();
      }
    },
    async close() {
      for (const current of rows.values()) current.finish();
      await drawn;
    },
  };
}

function row(): Row {
  let finish: () => void = () => undefined;
  let fail: () => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = () => reject(new Error('failed'));
  });
  return { done, finish, fail };
}

/** Our own lines carry their mark; listr2 would add a second. */
function blankIcons(): Record<string, string> {
  return { COMPLETED: '', FAILED: '', COMPLETED_WITH_FAILED_SUBTASKS: '', COMPLETED_WITH_FAILED_SISTER_TASKS: '' };
}
