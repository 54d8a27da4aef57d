/** Shares, dates and times, and regular expressions as people write them in a recipe. */
import { expect, test } from 'vitest';
import { dayOrTime } from '../../../src/schema/day-or-time.ts';
import { regexFault } from '../../../src/schema/regex-fault.ts';
import { shareOf } from '../../../src/schema/share.ts';

test.each([
  ['5%', 0.05],
  ['29 %', 0.29],
  ['5.5%', 0.055],
  ['0.1%', 0.001],
  ['100%', 1],
  ['0', 0],
  [0.05, 0.05],
  [1, 1],
  ['101%', undefined],
  [5, undefined],
  [-0.1, undefined],
  ['five', undefined],
  ['%', undefined],
  ['1e-2', undefined],
])('the share %j', (written, share) => {
  expect(shareOf(written)).toBe(share);
});

test.each([
  ['2024-02-29', '2024-02-29T00:00:00.000Z', true],
  ['2024-02-29 13:05', '2024-02-29T13:05:00.000Z', false],
  ['2024-02-29T13:05:07.25', '2024-02-29T13:05:07.250Z', false],
  ['2024-02-29T00:30+0100', '2024-02-28T23:30:00.000Z', false],
  ['0001-01-01', '0001-01-01T00:00:00.000Z', true],
])('the time %s', (written, iso, isDay) => {
  expect(dayOrTime(written)).toEqual({ milliseconds: Date.parse(iso), isDay });
});

test.each(['2023-02-29', '2024-13-01', '2024-1-1', '2024-02-29 25:00', '29.02.2024', '2024', ''])('%j is no time', (written) => {
  expect(dayOrTime(written)).toBeUndefined();
});

test.each([
  ['^[A-Z]{3}$', undefined],
  ['(?i)^abc$', undefined],
  ['(?P<year>\\d{4})-\\d\\d', undefined],
  ['[[:alpha:]]+', undefined],
  ['\\(\\[\\\\', undefined],
  ['[(?=]', undefined],
  ['(?:\\(?i)', undefined],
  ['[]([[:alpha:]]', undefined],
  ['\\B{2}^*', undefined],
  ['(a', 'a parenthesis is not closed'],
  ['a)', 'a parenthesis is closed that was not opened'],
  ['[a-', 'a bracket is not closed'],
  ['[z-a]', 'a range such as `[z-a]` runs backwards'],
  ['a{3,2}', 'the numbers in braces run backwards'],
  ['+a', 'there is nothing before `+` that it could repeat'],
  ['a\\', 'it ends with a backslash'],
  ['(?<!a)b', 'it looks ahead or behind (`(?=`, `(?!`, `(?<=`, `(?<!`), which is not supported'],
  ['(a)\\1', 'it refers back to a group (`\\1`), which is not supported'],
])('the expression %j', (pattern, fault) => {
  expect(regexFault(pattern)).toBe(fault);
});
