/**
 * "Did you mean": the nearest of the names that exist here. One function for keys, columns,
 * steps, profiles, metrics and files, so that all of them guess alike. It prefers silence to a
 * far-fetched guess.
 */

/**
 * The candidate nearest to `name`, or `undefined` when none is near enough to be what was meant.
 * Case, `-`, `_` and blanks cost nothing; ties go to the earlier candidate.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  if (wanted === '') return undefined;
  const bound = tolerated(wanted.length);
  let best: string | undefined;
  let bestDistance = bound + 1;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const folded = fold(candidate);
    // The distance is at least the difference in length: most candidates of a wide table end here.
    if (Math.abs(folded.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, folded);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** At most `limit` names, so that a wide table cannot push the message off the screen. */
export function listNames(names: readonly string[], limit = 5, conjunction: 'and' | 'or' = 'and'): string {
  const quoted = names.map((name) => `\`${name}\``);
  if (quoted.length > limit) return `${quoted.slice(0, limit).join(', ')} and ${quoted.length - limit} more`;
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} ${conjunction} ${quoted.at(-1)}`;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/gu, '');
}

/** One slip in a short word, about one in three letters of a longer one. */
function tolerated(length: number): number {
  if (length <= 2) return length - 1;
  return Math.min(4, Math.max(1, Math.floor(length / 3)));
}

/**
 * Damerau-Levenshtein distance in the form of optimal string alignment: insertions, deletions,
 * substitutions and exchanges of two neighbours each cost 1.
 */
export function editDistance(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(cell(last, column) + 1, cell(current, column - 1) + 1, cell(last, column - 1) + (same ? 0 : 1));
      const exchanged = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (exchanged) cost = Math.min(cost, cell(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return cell(last, right.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}
