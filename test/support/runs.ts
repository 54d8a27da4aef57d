/** How often a property is tried: the count of the quick tests, times ten with `npm run test:all -- --long`. */
export function runs(count: number): number {
  const factor = Number(process.env['TEST_RUNS_FACTOR'] ?? '1');
  return Math.round(count * factor);
}
