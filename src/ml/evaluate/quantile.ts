/** Quantiles of sorted numbers and the groups that they cut. */

/** The quantile by linear interpolation (Hyndman and Fan 1996, definition 7). `sorted` is ascending and not empty. */
export function quantileSorted(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (place - below) * (high - low);
}

/**
 * Cut sorted rows into at most `groups` runs of about equal size, as the places where each run ends.
 * Equal values are never parted, so heavily tied data give fewer runs.
 */
export function equalRuns(values: Float64Array, order: Int32Array, groups: number): readonly number[] {
  const ends: number[] = [];
  const count = order.length;
  for (let group = 1; group <= groups; group++) {
    let end = Math.round((group * count) / groups);
    while (end > 0 && end < count && values[order[end] as number] === values[order[end - 1] as number]) end++;
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}
