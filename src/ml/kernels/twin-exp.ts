/** The exponential of `gradients.as.ts` in plain TypeScript. */

const power = new Float64Array(1);
const powerBits = new BigUint64Array(power.buffer);

/** e^x in the steps of the kernel; `Math.exp` differs between engines in the last bit. */
export function exp(value: number): number {
  const x = Math.max(-700, Math.min(700, value));
  const n = roundHalfToEven(x * Math.LOG2E);
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  const r2 = r * r;
  const r4 = r2 * r2;
  const first = r + 1 + r2 * (r * (1 / 6) + 0.5);
  const second = r * (1 / 120) + 1 / 24 + r2 * (r * (1 / 5040) + 1 / 720);
  const third = r4 * (r * (1 / 362880) + 1 / 40320);
  const sum = first + r4 * (second + third);
  powerBits[0] = BigInt(1023 + n) << 52n;
  return sum * (power[0] as number);
}

function roundHalfToEven(value: number): number {
  // Adding and taking 1.5 × 2^52 leaves no room for a fraction, and the rounding of a double is to even.
  return value + 6755399441055744 - 6755399441055744;
}
