/**
 * The running scores of a table's rows while trees are added. Output-major:
 * `values[output × rows + row]`.
 */
import type { GrownTree } from './grown-tree.ts';

export class Scores {
  readonly values: Float64Array;
  readonly #bins: Uint8Array;
  readonly #rowCount: number;

  /** `bins` is row-major, with the bins that the trees were grown on. */
  constructor(start: Float64Array, bins: Uint8Array, rowCount: number) {
    this.#bins = bins;
    this.#rowCount = rowCount;
    this.values = new Float64Array(rowCount * start.length);
    start.forEach((score, output) => {
      this.of(output).fill(score);
    });
  }

  /** The scores of one output. */
  of(output: number): Float64Array {
    return this.values.subarray(output * this.#rowCount, (output + 1) * this.#rowCount);
  }

  /** Add a tree's leaf values. `grownOn` are the rows that the tree knows the leaves of; the others walk. */
  addTree(tree: GrownTree, leafValues: Float64Array, output: number, grownOn: Int32Array = new Int32Array(0)): void {
    const scores = this.of(output);
    if (grownOn.length > 0) {
      for (let leaf = 0; leaf < tree.leafCount; leaf++) {
        const value = leafValues[leaf] as number;
        const rows = tree.rowsOf(leaf);
        for (let i = 0; i < rows.length; i++) scores[rows[i] as number] = (scores[rows[i] as number] as number) + value;
      }
    }
    if (grownOn.length < this.#rowCount) tree.walk(this.#bins, leafValues, scores, grownOn);
  }
}
