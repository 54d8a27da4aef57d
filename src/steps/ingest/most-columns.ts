/**
 * A bound on the columns of a table. Each of the passes over a table binds all its columns, so time
 * grows with the square of their number; beyond the bound a table is told before that time is spent.
 */
import { problem } from '../problem.ts';
import { formatCount } from '../wording.ts';

const MOST_COLUMNS = 5000;

/** `label` names the file or the files. */
export function refuseTooMany(label: string, columns: number): void {
  if (columns <= MOST_COLUMNS) return;
  throw problem(
    'bad-data-file',
    `${label}: ${formatCount(columns)} columns, and ${formatCount(MOST_COLUMNS)} at most can be read`,
    'are rows and columns exchanged? else leave out what no model needs, or store many values of one kind as fewer columns',
  );
}
