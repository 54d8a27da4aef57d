/** The kernels of `histogram.as.ts` in plain TypeScript. 64-bit sums go by halves. */

const SLOTS = 256;

interface Count {
  readonly order: number;
  readonly from: number;
  readonly to: number;
  readonly packed: number;
  readonly bins: number;
  readonly width: number;
  readonly histogram: number;
  /** Integers a bin. */
  readonly stride: number;
}

/** Clear a histogram and add the rows `order[from … to − 1]` to it. */
export function countRows(buffer: ArrayBufferLike, { order, from, to, packed, bins, width, histogram, stride }: Count): void {
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  words.fill(0, histogram / 4, histogram / 4 + width * SLOTS * stride * 2);
  for (let i = from; i < to; i++) {
    const row = words[order / 4 + i] as number;
    const value = packed / 4 + row * stride * 2;
    for (let f = 0; f < width; f++) {
      const cell = histogram / 4 + (f * SLOTS + (bytes[bins + row * width + f] as number)) * stride * 2;
      for (let half = 0; half < stride * 2; half += 2) {
        const low = (words[cell + half] as number) + (words[value + half] as number);
        words[cell + half] = low;
        words[cell + half + 1] = (words[cell + half + 1] as number) + (words[value + half + 1] as number) + (low > 0xffffffff ? 1 : 0);
      }
    }
  }
}
