/**
 * Rows a leaf unless given.
 */

/** In a forest, single rows make probabilities of 0 and 1 that nothing backs. */
const SMALLEST_LEAF = 2;
/** Long tables get a row a leaf for each so many of theirs: a model has to fit into a file. */
const ROWS_PER_LEAF_ROW = 20_000;
/** A single tree has no others to average its errors with. */
const SMALLEST_LEAF_OF_ONE = 5;
const ROWS_PER_LEAF_ROW_OF_ONE = 1000;

export function smallestLeaf(rows: number): number {
  return Math.max(SMALLEST_LEAF, Math.floor(rows / ROWS_PER_LEAF_ROW));
}

export function treeLeaf(rows: number): number {
  return Math.max(SMALLEST_LEAF_OF_ONE, Math.floor(rows / ROWS_PER_LEAF_ROW_OF_ONE));
}
