import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineLoader, Table } from 'mlrecipe';

/** A file of one colour, with semicolons between the fields. */
export const loadColour = defineLoader((path) => {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(';').map((name) => name.replaceAll('"', ''));
  const rows = lines.map((line) => line.split(';').map(Number));
  // The name alone: a folder called “red” must not turn white wine red.
  const isRed = basename(path).includes('red') ? 1 : 0;
  return Table.fromColumns({
    ...Object.fromEntries(names.map((name, column) => [name, rows.map((row) => row[column])])),
    is_red: rows.map(() => isRed),
  });
});
