/** A step of a plan as `recipe plan` and the first event of a run tell it. */
import type { PlannedTask } from '../engine/task.ts';
import type { PlannedStep } from './events.ts';

export function plannedStep({ name, state, reasons, waitsFor, isTaken, acceptedByHand }: PlannedTask): PlannedStep {
  return {
    name,
    state,
    reasons,
    ...(waitsFor.length > 0 && { waitsFor }),
    ...(isTaken === true && { isTaken }),
    ...(acceptedByHand === true && { acceptedByHand }),
  };
}
