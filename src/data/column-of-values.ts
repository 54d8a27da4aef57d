/**
 * A column of JavaScript values. The values decide the type: all whole numbers, all numbers, all
 * truths, all dates; what is mixed becomes text. No digit is lost and no text depends on the machine.
 */
import type { Column, NumericColumn } from './column.ts';

export function columnOfValues(name: string, values: readonly unknown[]): Column {
  const present = values.filter((value) => !isAbsent(value));
  const all = (test: (value: unknown) => boolean) => present.length > 0 && present.every(test);
  if (all((value) => typeof value === 'boolean')) return numeric(name, 'boolean', values, (value) => (value === true ? 1 : 0));
  if (all((value) => typeof value === 'number' || isExact(value))) {
    const integral = present.every((value) => typeof value === 'bigint' || Number.isInteger(value));
    return numeric(name, integral ? 'integer' : 'number', values, Number);
  }
  if (all((value) => value instanceof Date)) return numeric(name, 'timestamp', values, (value) => (value as Date).getTime());
  return { name, type: 'string', data: values.map((value) => (isAbsent(value) ? null : textOf(value))) };
}

function numeric(name: string, type: NumericColumn['type'], values: readonly unknown[], number: (value: unknown) => number): NumericColumn {
  const data = Float64Array.from(values, (value) => (isAbsent(value) ? Number.NaN : number(value)));
  return data.some(Number.isNaN)
    ? { name, type, data, missing: Uint8Array.from(data, (value) => (Number.isNaN(value) ? 1 : 0)) }
    : { name, type, data };
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || (value instanceof Date && Number.isNaN(value.getTime()));
}

/** A bigint that a double holds. One that it does not makes the column text: a wrong digit in an id is worse. */
function isExact(value: unknown): boolean {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value));
}

function textOf(value: unknown): string {
  // `String(date)` would be in the time zone of this machine, and `String(object)` would say nothing.
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
