/** Steps that were not begun beside a failed one, on the terminal: no recipe of the standard steps alone has such. */
import { expect, test } from 'vitest';
import type { RunFinished } from '../../../src/app/events.ts';
import { nothingBegan } from '../../../src/app/finished-run.ts';
import { planReason } from '../../../src/cli/plan-reason.ts';
import { stepLines } from '../../../src/cli/reporters/step-lines.ts';
import { summary } from '../../../src/cli/reporters/summary.ts';
import { openTerminal } from '../../../src/cli/terminal.ts';
import { regression } from '../../../src/templates/regression/template.ts';

const terminal = { ...openTerminal({ color: false }), unicode: true };

test('the line of a step', () => {
  expect(stepLines(terminal).line({ type: 'step-skipped', step: 'audit' })).toBe('⊘ audit       skipped        another step failed');
});

test.each([
  [['audit'], 'note  audit was not begun after the failure; `--keep-going` would have\n'],
  [['audit', 'report', 'weigh'], 'note  audit, report and weigh were not begun after the failure; `--keep-going` would have\n'],
])('the summary of %j', (skipped, line) => {
  const finished = { ...nothingBegan(1), skipped } as unknown as RunFinished;
  expect(summary(terminal, finished, { template: regression, first: [], flags: '', criteria: [] })).toContain(line);
});

test('a plan names all that a step waits for', () => {
  expect(planReason({ name: 'd', state: 'unknown', reasons: [], waitsFor: ['b', 'c'] })).toBe('until b and c ran');
  expect(planReason({ name: 'd', state: 'restore', reasons: [], source: 'shared' })).toBe('from the shared cache');
  expect(planReason({ name: 'd', state: 'fresh', reasons: [], isTaken: true, acceptedByHand: true })).toBe(
    'taken as it is, accepted by hand',
  );
});
