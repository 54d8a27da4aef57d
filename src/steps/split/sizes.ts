/** How many rows the three parts have, and whether a metric on each can mean anything. */
import type { DataEngine } from '../../data/engine.ts';
import { problem } from '../problem.ts';
import { formatCount } from '../wording.ts';
import { PARTS } from './params.ts';

/** Fewer rows than this in a part, and no metric on it means anything. */
const FEWEST_ROWS = 4;

export async function countRows(engine: DataEngine, relations: readonly string[]): Promise<readonly number[]> {
  const [row] = await engine.query(
    `SELECT ${relations.map((relation, index) => `(SELECT count(*) FROM ${relation}) AS n${index}`).join(', ')}`,
  );
  return relations.map((_, index) => Number(row?.[`n${index}`]));
}

export function checkSizes(sizes: readonly number[]): void {
  if (sizes.every((size) => size >= FEWEST_ROWS)) return;
  const shown = sizes.map((size, index) => `${PARTS[index]?.name} ${formatCount(size)}`).join(', ');
  throw problem(
    'small-split',
    `every part needs at least ${FEWEST_ROWS} rows; this split has ${shown}`,
    'use more data, or other `split_ratios`',
  );
}
