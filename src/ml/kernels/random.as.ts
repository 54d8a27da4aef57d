/** Random numbers. The generator is that of `random.ts`, whose state of four words lies in memory. */

/** 32 random bits. */
export function draw(state: usize): u32 {
  const b = load<u32>(state, 4);
  let c = load<u32>(state, 8) ^ load<u32>(state);
  let d = load<u32>(state, 12) ^ b;
  store<u32>(state, load<u32>(state) ^ d);
  store<u32>(state, b ^ c, 4);
  c ^= b << 9;
  store<u32>(state, c, 8);
  store<u32>(state, rotl<u32>(d, 11), 12);
  return rotl<u32>(b * 5, 7) * 9;
}

/** 0 … `count` − 1. */
export function below(state: usize, count: u32): u32 {
  return <u32>((<u64>draw(state) * <u64>count) >> 32);
}
