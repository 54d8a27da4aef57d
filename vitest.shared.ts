/** What both test configurations share. `VITEST_REPORTS` names a file, without its ending, for a JSON report beside the terminal's. */
const report = process.env['VITEST_REPORTS'];

export const shared = {
  reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: `${report}.json` }]],
  maxWorkers: 2,
  isolate: false,
} as { reporters: ['default'] | ['default', ['json', { outputFile: string }]]; maxWorkers: number; isolate: boolean };
