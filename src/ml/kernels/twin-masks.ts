/** The kernel of `masks.as.ts` in plain TypeScript. */

export function addBatch(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  bins: number,
  width: number,
  used: number,
  usedCount: number,
  masks: number,
  values: number,
  trees: number,
  first: number,
  groups: number,
  sums: number,
): void {
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  const all = new Float64Array(buffer);
  for (let row = from; row < to; row++) {
    for (let t = 0; t < trees; t++) {
      let open = -1;
      for (const f of words.subarray(used / 4, used / 4 + usedCount)) {
        const bin = bytes[bins + row * width + f] as number;
        open &= words[masks / 4 + (f * 256 + bin) * 32 + t] as number;
      }
      const leaf = 31 - Math.clz32(open & -open);
      const at = sums / 8 + row * groups + ((first + t) % groups);
      all[at] = (all[at] as number) + (all[values / 8 + t * 32 + leaf] as number);
    }
  }
}
