/** A smaller input with the same defect, so that what is printed can be read. */
import type { FuzzInput } from './inputs.ts';

const MOST_TRIALS = 400;
const MOST_MS = 5000;

export function smaller(input: FuzzInput, isFaulty: (input: FuzzInput) => boolean): FuzzInput {
  let best = input;
  let left = MOST_TRIALS;
  const startedAt = performance.now();
  const attempt = (candidate: FuzzInput): boolean => {
    if (performance.now() - startedAt > MOST_MS) left = 0;
    if (left-- <= 0 || !isFaulty(candidate)) return false;
    best = candidate;
    return true;
  };
  const { profile: _profile, ...withoutProfile } = best;
  attempt(withoutProfile);
  const { data: _data, ...withoutData } = best;
  attempt(withoutData);
  for (const key of ['base', 'text', 'envFile'] as const) {
    const { [key]: _left, ...without } = best;
    attempt(without);
  }
  attempt({ ...best, set: [] });
  for (let length = best.data?.length ?? 0; length > 0 && left > 0; length = Math.floor(length / 2)) {
    const { data } = best;
    if (data !== undefined) attempt({ ...best, data: data.subarray(0, length) });
  }
  for (const key of ['recipe', 'profile'] as const) {
    for (let size = Math.ceil((best[key]?.length ?? 0) / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
      for (let at = 0; at < (best[key]?.length ?? 0) && left > 0; ) {
        const text = best[key] ?? '';
        if (!attempt({ ...best, [key]: text.slice(0, at) + text.slice(at + size) })) at += size;
      }
    }
  }
  return best;
}
