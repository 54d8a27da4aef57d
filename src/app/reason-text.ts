/** Why a step runs, in words. The kinds are the same in JSON. */

import type { Change, Reason } from '../engine/task.ts';
import type { Json } from '../schema/json.ts';
import { shortened } from '../schema/shortened.ts';

/** Why a result is reused that was not made for this very state. The same words everywhere. */
export const ACCEPTED_BY_HAND = 'accepted by hand';
export const TAKEN_AS_IT_IS = 'taken as it is';

export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'never-ran':
      return 'never ran';
    case 'not-fetched':
      return `not fetched yet: ${reason.inputs.join(', ')}`;
    case 'forced':
      return 'forced';
    case 'output-missing':
      return reason.detail ?? `output missing: ${reason.output}`;
    case 'code-changed':
      return `code changed: ${names(reason.changes)}`;
    case 'input-changed':
      return `input changed: ${names(reason.changes)}`;
    case 'environment-changed':
      return `environment changed: ${reason.changes.map(change).join(', ')}`;
    case 'params-changed':
      return `parameter changed: ${[...new Set(reason.changes.map((one) => inWords(one.path) ?? change(one)))].join(', ')}`;
  }
}

export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join('; ');
}

/** Parameters that come from other sections of the recipe, where the change itself is told: their leaves would say nothing here. */
const ELSEWHERE: readonly (readonly [prefix: string, words: string])[] = [
  ['cross_validation.transform', 'how the folds are transformed'],
  ['fold_key', 'which rows the folds keep together'],
];

function inWords(path: string): string | undefined {
  return ELSEWHERE.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`))?.[1];
}

function names(changes: readonly Change[]): string {
  return changes.map(({ path }) => path).join(', ');
}

function change({ path, old, new: now }: Change): string {
  if (old === undefined && now === undefined) return path;
  return `${path} ${value(old)} → ${value(now)}`;
}

function value(json: Json | undefined): string {
  if (json === undefined) return 'absent';
  const text = JSON.stringify(json);
  return shortened(text, 40);
}
