/** Numbers and durations as the terminal shows them, in one fixed locale. */

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 100) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Four significant digits, thousands grouped: `534.1`, `12,346`, `0.9821`. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 10_000) return grouped(Math.round(value));
  if (Number.isInteger(value)) return String(value);
  const text = value.toPrecision(4);
  return text.includes('e') ? Number(text).toString() : text;
}

/** By hand: the first `Intl.NumberFormat` of a process costs 20 ms, which a run with nothing to do would pay. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Pad with spaces to a width; longer texts stay as they are. */
export function left(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - text.length));
}

export function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - text.length)) + text;
}
