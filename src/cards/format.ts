/**
 * How every number on a card reads: one fixed locale, so that equal cards are equal bytes on every
 * machine. Nothing else in this folder may turn a number into text for people.
 */
import type { NumberFormat } from './blocks.ts';

const SIGNIFICANT = 4;
const MINUS = '−';

/** A number as a person reads it: four significant digits, thousands separators, never `-0`. */
export function formatNumber(value: number, format: NumberFormat = 'number'): string {
  if (!Number.isFinite(value)) return '—';
  switch (format) {
    case 'integer':
      return signed(value, (size) => (size >= 1e15 ? scientific(size) : group(Math.round(size).toFixed(0))));
    case 'percent':
      return signed(value, percent);
    case 'bytes':
      return signed(value, bytes);
    case 'duration-ms':
      return signed(value, duration);
    default:
      return signed(value, plain);
  }
}

/** The same with a plus sign on positive values, for differences and margins. */
export function formatSigned(value: number, format: NumberFormat = 'number'): string {
  const text = formatNumber(value, format);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/**
 * A formatter for numbers that stand under each other: equal decimals, as many as the largest needs for
 * four significant digits (one more beside thousands) and no more than any of them uses.
 */
export function columnFormatter(values: readonly number[], format: NumberFormat = 'number'): (value: number) => string {
  const sizes = values.filter((v) => Number.isFinite(v)).map(Math.abs);
  const largest = Math.max(0, ...sizes);
  if (format === 'percent' && largest >= 0.01 && largest <= 1) {
    const whole = sizes.every((size) => size === 0 || (size >= 0.01 && (size * 100).toFixed(1).endsWith('.0')));
    return (value) => (Number.isFinite(value) ? signed(value, (size) => percentInColumn(size, whole)) : '—');
  }
  const smallest = Math.min(...sizes.filter((size) => size > 0));
  // A column that mixes magnitudes (an RMSE beside an R²) would lose the small ones.
  const mixed = largest >= 1e6 || smallest < 1e-4 || largest / smallest > 100;
  if (format !== 'number' || sizes.length === 0 || mixed) return (value) => formatNumber(value, format);
  const cap = largest >= 1000 ? Math.min(1, decimalsFor(smallest)) : decimalsFor(largest);
  const decimals = Math.max(0, ...sizes.map((size) => trimZeros(size.toFixed(cap)).split('.')[1]?.length ?? 0));
  return (value) => (Number.isFinite(value) ? signed(value, (size) => group(size.toFixed(decimals))) : '—');
}

/** A tick label: as many decimals as the distance between ticks needs, and none on whole numbers. */
export function formatTick(value: number, step: number): string {
  if (!Number.isFinite(value)) return '—';
  const largest = Math.abs(value);
  if (largest >= 1e15 || (largest > 0 && largest < 1e-6)) return signed(value, scientific);
  for (const [unit, suffix] of [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
  ] as const) {
    if (largest >= unit) return signed(value, (size) => `${tickText(size / unit, step / unit)}${suffix}`);
  }
  return signed(value, (size) => group(tickText(size, step)));
}

function tickText(size: number, step: number): string {
  return Number.isInteger(size) ? String(size) : size.toFixed(decimalsOfStep(step));
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string, many: string = `${noun}s`): string {
  return `${formatNumber(count, 'integer')} ${count === 1 ? noun : many}`;
}

function signed(value: number, text: (size: number) => string): string {
  const result = text(Math.abs(value));
  // A value that rounds to zero has no sign.
  return value < 0 && /[1-9]/.test(result) ? `${MINUS}${result}` : result;
}

function plain(size: number): string {
  if (size === 0) return '0';
  if (size >= 1e15 || size < 1e-5) return scientific(size);
  if (Number.isInteger(size)) return group(size.toFixed(0));
  return group(trimZeros(size.toFixed(decimalsFor(size))));
}

function scientific(size: number): string {
  if (!Number.isFinite(size)) return '∞';
  const [digits = '', exponent = ''] = size.toExponential(SIGNIFICANT - 1).split('e');
  return `${trimZeros(digits)}e${exponent.replace('+', '').replace('-', MINUS)}`;
}

function percent(share: number): string {
  const value = share * 100;
  if (value >= 1e15) return `${scientific(value)}%`;
  if (value === 0) return '0%';
  if (value < 0.001) return '<0.001%';
  const decimals = value < 1 ? Math.min(3, 1 - Math.floor(Math.log10(value))) : 1;
  const text = trimZeros(value.toFixed(decimals));
  // All but a few is not all.
  if (text === '100' && value < 100) return '>99.9%';
  return `${group(text)}%`;
}

/** One decimal for every share, so that they line up; nothing and all are exact, nearly so is said. */
function percentInColumn(share: number, whole: boolean): string {
  if (share === 0) return '0%';
  if (share < 0.0005) return '<0.1%';
  if (share < 1 && share >= 0.9995) return '>99.9%';
  return `${(share * 100).toFixed(whole ? 0 : 1)}%`;
}

function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  if (size >= 1e21) return `${scientific(size)} B`;
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${group(trimZeros(value.toFixed(unit === 0 || value >= 100 ? 0 : 1)))} ${units[unit]}`;
}

function duration(ms: number): string {
  if (ms >= 1e15) return `${scientific(ms)} ms`;
  if (ms < 999.5) return `${ms > 0 && ms < 0.5 ? '<1' : ms.toFixed(0)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(ms / 60_000);
  return `${group(String(Math.floor(minutes / 60)))} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function decimalsFor(size: number): number {
  if (size === 0) return 0;
  return Math.min(10, Math.max(0, SIGNIFICANT - 1 - Math.floor(Math.log10(size))));
}

/** The fewest decimals that write the step exactly: 2 for 0.25. */
function decimalsOfStep(step: number): number {
  for (let decimals = 0; decimals < 10; decimals++) {
    const scaled = step * 10 ** decimals;
    if (scaled >= 0.5 && Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 10;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function group(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
