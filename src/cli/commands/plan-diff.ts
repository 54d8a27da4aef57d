/** `recipe plan --diff RUN`: what differs now from an earlier run, step by step. */
import type { PlanDifference, StepComparison } from '../../app/plan-diff.ts';
import { reasonsText } from '../../app/reason-text.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { left } from '../format.ts';
import { untilText } from '../plan-reason.ts';
import type { Terminal } from '../terminal.ts';

export function diffText(terminal: Terminal, { diff, steps }: PlanDifference): string {
  const { green, yellow, dim, bold } = terminal.colors;
  const paint = { same: green, changed: yellow, added: yellow, removed: yellow, unknown: dim, 'not-stored': dim };
  const waits = new Map(steps.map(({ name, waitsFor = [] }) => [name, waitsFor]));
  const lines = diff.steps.map((step) =>
    `${bold(left(step.name, 15))} ${paint[step.state](left(step.state, 10))} ${dim(printable(why(step, waits.get(step.name) ?? [])))}`.trimEnd(),
  );
  return [`compared with run ${diff.runId} of ${diff.time.slice(0, 16).replace('T', ' ')} UTC`, ...lines, ''].join('\n');
}

function why({ state, reasons }: StepComparison, waitsFor: readonly string[]): string {
  switch (state) {
    case 'same':
      return '';
    case 'changed':
      return reasonsText(reasons);
    case 'unknown':
      return [untilText(waitsFor), ...(reasons.length > 0 ? [reasonsText(reasons)] : [])].join('; ');
    case 'added':
      return 'the run has no result of it';
    case 'removed':
      return 'the recipe has it no more';
    case 'not-stored':
      return 'what the run knew of it is no longer stored';
  }
}
