/** One line per step, the same in the plain and the interactive reporter. */

import type { RunEvent } from '../../app/events.ts';
import { ACCEPTED_BY_HAND, reasonsText, TAKEN_AS_IT_IS } from '../../app/reason-text.ts';
import { printable } from '../../diagnostics/text-width.ts';
import type { Reason } from '../../engine/task.ts';
import { duration, left } from '../format.ts';
import type { Terminal } from '../terminal.ts';

export interface StepLines {
  /** The finished line of a step, or `undefined` when the event ends no step. */
  line(event: RunEvent): string | undefined;
  /** While the step runs. */
  running(step: string): string;
}

const NAME_WIDTH = 11;
const STATE_WIDTH = 14;

/** `steps` are those of the run: their names stand in one column. */
export function stepLines(terminal: Terminal, steps: readonly string[] = []): StepLines {
  const nameWidth = Math.max(NAME_WIDTH, ...steps.map((step) => step.length));
  const { green, red, yellow, dim, bold } = terminal.errColors;
  const mark = terminal.unicode ? { ok: '✓', bad: '✕', blocked: '⊘' } : { ok: 'ok', bad: 'x', blocked: '-' };
  const reasons = new Map<string, readonly Reason[]>();
  const compose = (sign: string, step: string, state: string, rest: string) =>
    `${sign} ${bold(left(step, nameWidth))} ${left(state, STATE_WIDTH)} ${rest}`.trimEnd();

  return {
    running: (step) => `${left(step, nameWidth)} ${dim(reasonsText(reasons.get(step) ?? []))}`,
    line(event) {
      switch (event.type) {
        case 'step-started':
          reasons.set(event.step, event.reasons);
          return undefined;
        case 'step-reused':
          return compose(dim(mark.ok), event.step, event.state, `${dim(printable(event.summary))}${unasked(event, yellow)}`);
        case 'step-blocked':
          return compose(yellow(mark.blocked), event.step, 'blocked', `by ${event.by}`);
        case 'step-skipped':
          return compose(yellow(mark.blocked), event.step, 'skipped', 'another step failed');
        case 'step-finished': {
          if (event.status === 'ok') {
            const why = reasons.get(event.step) ?? [];
            const told = why.every(({ kind }) => kind === 'never-ran') ? '' : dim(` · ${printable(reasonsText(why))}`);
            return compose(green(mark.ok), event.step, `run ${duration(event.durationMs)}`, `${printable(event.summary ?? '')}${told}`);
          }
          if (event.status === 'interrupted') return compose(yellow(mark.blocked), event.step, 'interrupted', '');
          return compose(red(mark.bad), event.step, `failed ${duration(event.durationMs)}`, printable(event.error?.message ?? ''));
        }
        default:
          return undefined;
      }
    },
  };
}

/** What keeps a reused result from being the one that a run would give. */
function unasked({ acceptedByHand, isTaken }: Extract<RunEvent, { type: 'step-reused' }>, paint: (text: string) => string): string {
  return acceptedByHand === true ? paint(` · ${ACCEPTED_BY_HAND}`) : isTaken === true ? paint(` · ${TAKEN_AS_IT_IS}`) : '';
}
