/**
 * How many threads a computation may use. Results never hang on it.
 */
import { availableParallelism } from 'node:os';

/** `RECIPE_THREADS`, or one for each core that the process may use. */
export function threadCount(): number {
  const wanted = Number(process.env['RECIPE_THREADS'] ?? '');
  return Number.isInteger(wanted) && wanted > 0 ? wanted : availableParallelism();
}

/** Parts `0 … length − 1` into at most `parts` ranges of about the same length, none of them empty. */
export function ranges(length: number, parts: number): readonly (readonly [from: number, to: number])[] {
  const count = Math.max(1, Math.min(parts, length));
  // Asked for several times a tree, most often of one thread.
  if (count === 1) return [[0, length]];
  const found: (readonly [number, number])[] = [];
  for (let i = 0; i < count; i++) found.push([Math.floor((length * i) / count), Math.floor((length * (i + 1)) / count)]);
  return found;
}
