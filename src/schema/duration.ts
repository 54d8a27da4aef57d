/** Durations as people write them in a recipe. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Longer than a timer of Node can be set: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of `30s`, `10m`, `1.5 h`, or of a number of seconds; `undefined` for anything else, for nothing, and for more than 24 days. */
export function durationMs(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/i.exec(String(value).trim());
  const unit = match === null ? undefined : UNITS[(match[2] ?? 's').toLowerCase()];
  const ms = match === null || unit === undefined ? 0 : Math.round(Number(match[1]) * unit);
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}
