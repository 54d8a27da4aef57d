/** Counts and shares as words, in one fixed way, whatever the locale. For messages and summaries; cards keep numbers. */

/** `53,940`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** `1 row`, `1,200 rows`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12.3 %`, and never `0 %` or `100 %` for what is neither. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  if (value < 100 && value > 99.9) return '> 99.9 %';
  return `${Number(value.toFixed(1))} %`;
}
