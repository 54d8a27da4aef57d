/** Dates and times as people write them in a recipe: `2024-02-29`, `2024-02-29 13:05`, `2024-02-29T13:05:00+01:00`. */

export interface DayOrTime {
  /** Milliseconds since the epoch. A time without a zone is in UTC, as in data. */
  readonly milliseconds: number;
  /** Without a time: the whole day is meant. */
  readonly isDay: boolean;
}

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/u;

/** `undefined` for what is no date, such as the 30th of February. */
export function dayOrTime(text: string): DayOrTime | undefined {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, time, zone = 'Z'] = match;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return undefined;
  if (time === undefined) return { milliseconds: midnight.getTime(), isDay: true };
  const at = Date.parse(`${year}-${month}-${day}T${time}${zone.replace(/(\d{2}):?(\d{2})$/u, '$1:$2')}`);
  return Number.isNaN(at) ? undefined : { milliseconds: at, isDay: false };
}
