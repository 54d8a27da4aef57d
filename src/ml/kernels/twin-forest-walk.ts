/** The kernels of `forest-walk.as.ts` in plain TypeScript. */
import { KIND_SET, LEAF_NODE } from './forest-layout.ts';
import { TwinMemory } from './twin-memory.ts';

/** The leaf that the row with its bins at `cells` comes to, counted within the tree. */
function leafOf(m: TwinMemory, root: number, cells: number): number {
  let node = root;
  for (;;) {
    const word = m.word(node);
    const feature = word & 0xffff;
    if (feature === LEAF_NODE) return m.word(node + 4);
    const bin = m.byte(cells + feature);
    const kind = word >> 24;
    const isLeft =
      kind === KIND_SET ? ((m.byte(node + 8 + (bin >> 3)) >> (bin & 7)) & 1) === 1 : ((bin + kind) & 255) <= ((word >> 16) & 255) + kind;
    if (!isLeft) node = root + 8 * m.word(node + 4);
    else node += kind === KIND_SET ? 40 : 8;
  }
}

export function walkForest(buffer: ArrayBufferLike, ...args: number[]): void {
  const [next, rows, bins, width, nodes, values, outputs, sums, trees, treeCount, inBag, inBagBytes, counts] = args as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const m = new TwinMemory(buffer);
  // The first task leaves nothing to the others.
  for (let row = m.word(next); row < rows; row++) {
    for (let tree = 0; tree < treeCount; tree++) {
      if (inBag !== 0) {
        if (((m.byte(inBag + tree * inBagBytes + (row >> 3)) >> (row & 7)) & 1) === 1) continue;
        m.setWord(counts + 4 * row, m.word(counts + 4 * row) + 1);
      }
      const leaf = m.word(trees + 8 * tree + 4) + leafOf(m, nodes + 8 * m.word(trees + 8 * tree), bins + row * width);
      for (let k = 0; k < outputs; k++) m.addNumber(sums + 8 * (row * outputs + k), m.number(values + 8 * (leaf * outputs + k)));
    }
  }
  m.setWord(next, rows);
}
