import { expect, test } from 'vitest';
import { chooseTemplate } from '../../../../src/app/init/choose-template.ts';
import type { ColumnProfile } from '../../../../src/data/profile.ts';

function target(type: ColumnProfile['type'], distinct: number, rows = 1000): ColumnProfile {
  return { name: 'y', type, sqlType: '', rows, missing: 0, distinct, distinctIsExact: true };
}

test.each([
  [target('number', 800), false, 'regression', '`y` is a number with 800 different values'],
  [target('integer', 11), true, 'regression', '`y` is a number with 11 different values'],
  [
    target('integer', 10),
    true,
    'classification',
    '`y` has 10 different values, all of them whole numbers; `--template regression` when they are quantities',
  ],
  [target('number', 10), false, 'regression', '`y` is a number with 10 different values'],
  [target('integer', 10, 99), true, 'regression', '`y` is a number with 10 different values'],
  [target('number', 2), false, 'classification', '`y` has 2 different values'],
  [target('string', 1234, 5000), false, 'classification', '`y` is a text with 1,234 different values'],
  [target('boolean', 2), false, 'classification', '`y` is true or false'],
] as const)('%# %o', (column, isWhole, task, reason) => {
  expect(chooseTemplate(column, isWhole)).toEqual({ task, reason });
});

test('a wish overrules, and the reason says what it overruled', () => {
  expect(chooseTemplate(target('integer', 6), true, 'regression').reason).toMatch(/^as `--template` says; by itself classification would/);
  expect(chooseTemplate(target('integer', 60), true, 'regression').reason).toBe('`y` is a number with 60 different values');
});
