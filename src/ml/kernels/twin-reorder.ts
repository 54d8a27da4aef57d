/** The kernels of `reorder.as.ts` in plain TypeScript. */

export function orderByLeaf(
  buffer: ArrayBufferLike,
  count: number,
  leaves: number,
  leafCount: number,
  counts: number,
  order: number,
): void {
  const leafOf = new Float64Array(buffer, leaves, count);
  const next = new Uint32Array(buffer, counts, leafCount).fill(0);
  const rows = new Uint32Array(buffer, order, count);
  for (const leaf of leafOf) next[leaf] = (next[leaf] as number) + 1;
  let sum = 0;
  for (let leaf = 0; leaf < leafCount; leaf++) {
    const own = next[leaf] as number;
    next[leaf] = sum;
    sum += own;
  }
  leafOf.forEach((leaf, row) => {
    rows[next[leaf] as number] = row;
    next[leaf] = (next[leaf] as number) + 1;
  });
}

export function gatherBytes(buffer: ArrayBufferLike, from: number, to: number, order: number, source: number, target: number): void {
  const bytes = new Uint8Array(buffer);
  const rows = new Uint32Array(buffer, order);
  for (let i = from; i < to; i++) bytes[target + i] = bytes[source + (rows[i] as number)] as number;
}

export function gatherNumbers(buffer: ArrayBufferLike, from: number, to: number, order: number, source: number, target: number): void {
  const all = new Float64Array(buffer);
  const rows = new Uint32Array(buffer, order);
  for (let i = from; i < to; i++) all[target / 8 + i] = all[source / 8 + (rows[i] as number)] as number;
}

export function copyBytes(buffer: ArrayBufferLike, from: number, to: number, source: number, target: number): void {
  new Uint8Array(buffer).copyWithin(target + from, source + from, source + to);
}

export function interleave(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  columns: number,
  columnBytes: number,
  features: number,
  bins: number,
  width: number,
): void {
  const bytes = new Uint8Array(buffer);
  for (let row = from; row < to; row++) {
    for (let f = 0; f < features; f++) bytes[bins + row * width + f] = bytes[columns + f * columnBytes + row] as number;
  }
}
