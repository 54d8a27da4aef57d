/** What stands behind the state of a planned step, in words. Empty where the state says all. */
import type { PlannedStep } from '../app/events.ts';
import { ACCEPTED_BY_HAND, reasonsText, TAKEN_AS_IT_IS } from '../app/reason-text.ts';
import { printable } from '../diagnostics/text-width.ts';

export function planReason({ state, reasons, source, waitsFor = [], isTaken, acceptedByHand }: PlannedStep): string {
  if (state === 'unknown' && reasons.length > 0) return printable(reasonsText(reasons));
  if (state === 'unknown') return untilText(waitsFor);
  const parts = [
    ...(reasons.length > 0 ? [printable(reasonsText(reasons))] : []),
    ...(source === 'shared' ? ['from the shared cache'] : []),
    ...(isTaken === true ? [TAKEN_AS_IT_IS] : []),
    ...(acceptedByHand === true ? [ACCEPTED_BY_HAND] : []),
  ];
  return parts.join(', ');
}

export function untilText(waitsFor: readonly string[]): string {
  return `until ${waitsFor.length === 0 ? 'an earlier step' : waitsFor.join(' and ')} ran`;
}
