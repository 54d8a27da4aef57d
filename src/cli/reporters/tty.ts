/** The interactive view: a line per step that changes in place, drawn by listr2, which is loaded only here. */

import type { RunEvent } from '../../app/events.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { number } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import type { Reporter } from './reporter.ts';
import { stepLines } from './step-lines.ts';

interface Row {
  readonly done: Promise<void>;
  finish(): void;
  set?: (text: string) => void;
  last?: string;
}

export async function ttyReporter(terminal: Terminal, steps: readonly string[]): Promise<Reporter> {
  const { Listr } = await import('listr2');
  const lines = stepLines(terminal, steps);
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
      // A waiting step has no spinner: rows start in order, and one that ended early is drawn when its turn comes.
      concurrent: false,
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
        show(event.step, [`  ${lines.running(event.step)}`, ...progressParts(event)].join(' · '));
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

function progressParts({ message, done, total, unit = '', metrics = {} }: Extract<RunEvent, { type: 'step-progress' }>): readonly string[] {
  const [metric] = Object.entries(metrics).sort(([a], [b]) => Number(b.startsWith('validation')) - Number(a.startsWith('validation')));
  return [
    ...(message === undefined ? [] : [printable(message)]),
    ...(done === undefined ? [] : [`${done}${total === undefined ? '' : `/${total}`} ${unit}`.trimEnd()]),
    ...(metric === undefined ? [] : [`${metric[0]} ${number(metric[1])}`]),
  ];
}

function row(): Row {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { done, finish };
}

/** Our own lines carry their mark; listr2 would add a second. */
function blankIcons(): Record<string, string> {
  return { COMPLETED: '', FAILED: '', COMPLETED_WITH_FAILED_SUBTASKS: '', COMPLETED_WITH_FAILED_SISTER_TASKS: '' };
}
