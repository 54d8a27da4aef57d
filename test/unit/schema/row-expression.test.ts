import { expect, test } from 'vitest';
import { expressionFault } from '../../../src/schema/row-expression.ts';

test.each([
  'x * y * z',
  'CASE WHEN "from" > 3 THEN \'select; --\' ELSE lower(cut) END',
  "DATE '2024-01-01' + 1",
  'ln(greatest(price, 1)) / 2',
  "list_transform([a, b], v -> v + 1)[1] || 'it''s'",
  '(a - b) / nullif(b, 0)',
])('%s is an expression over one row', (sql) => {
  expect(expressionFault(sql)).toBe(undefined);
});

test.each([
  ['', 'it is empty'],
  [
    "(SELECT max(x) FROM read_csv('/etc/passwd'))",
    '`SELECT` begins a query; only an expression over the columns of one row may stand here',
  ],
  ["(FROM read_text('/etc/passwd'))", '`FROM` begins a query; only an expression over the columns of one row may stand here'],
  ['x) FROM t; DROP TABLE t', 'a parenthesis is closed that was not opened'],
  ['x; y', '`;` may not stand in an expression'],
  ['x -- y', '`--` may not stand in an expression'],
  ['x /* y', '`/*` may not stand in an expression'],
  ['$$ x', '`$$` may not stand in an expression'],
  ["E'\\' || 'x'", "`E'` needs a blank before the quote, and no other than plain texts are allowed"],
  ["e '\\' || 'x'", 'no other than plain texts are allowed'],
  ["'open", 'a quote is not closed'],
  ['(x', 'a parenthesis is not closed'],
  ['sum(x) OVER ()', '`OVER` looks at other rows; only an expression over the columns of one row may stand here'],
  ['x + random()', '`random` may give another value each time'],
  ["getenv('HOME')", '`getenv` may give another value each time'],
])('%j is refused', (sql, reason) => {
  expect(expressionFault(sql)).toBe(reason);
});
