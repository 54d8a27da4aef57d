/** From the scores of a linear classifier to probabilities. */

/**
 * - `one_vs_rest`: a sigmoid a class, divided by their sum.
 * - `modified_huber`: (score, at most 1 and at least −1, + 1) / 2, divided by the sum (Zhang, Annals of Statistics 32 (2004) 56).
 * - `none`: a margin says nothing of probabilities.
 */
export type Link = 'one_vs_rest' | 'modified_huber' | 'none';

/**
 * Row-major `rows × classCount`, each row summing to 1. `scores` holds one array a class, or the single one of the
 * last of two classes. Without a link they are log odds, or what a softmax takes.
 */
export function probabilitiesOf(scores: readonly Float64Array[], classCount: number, link: Link | undefined): Float64Array {
  const rowCount = scores[0]?.length ?? 0;
  const probabilities = new Float64Array(rowCount * classCount);
  const own = new Float64Array(classCount);
  for (let row = 0; row < rowCount; row++) {
    const at = row * classCount;
    if (classCount === 2) {
      const score = scores[0]?.[row] as number;
      // Each side by itself: 1 − p would lose the digits of a small probability.
      probabilities[at] = sideOf(-score, link);
      probabilities[at + 1] = sideOf(score, link);
      continue;
    }
    if (link === undefined) {
      let most = Number.NEGATIVE_INFINITY;
      for (const column of scores) most = Math.max(most, column[row] as number);
      for (let code = 0; code < classCount; code++) own[code] = Math.exp((scores[code]?.[row] as number) - most);
    } else for (let code = 0; code < classCount; code++) own[code] = sideOf(scores[code]?.[row] as number, link);
    let sum = 0;
    for (let code = 0; code < classCount; code++) sum += own[code] as number;
    // A row far outside of every class says nothing about any.
    if (sum === 0) sum = own.fill(1).length;
    for (let code = 0; code < classCount; code++) probabilities[at + code] = (own[code] as number) / sum;
  }
  return probabilities;
}

function sideOf(score: number, link: Link | undefined): number {
  return link === 'modified_huber' ? (Math.max(-1, Math.min(1, score)) + 1) / 2 : 1 / (1 + Math.exp(-score));
}
