/** What both test configurations share. `VITEST_REPORTS` names a file, without its ending, for a JSON report beside the terminal's. */
const report = process.env['VITEST_REPORTS'];

export const shared = {
  reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: `${report}.json` }]],
  maxWorkers: 2,
  isolate: false,
} as { reporters: ['default'] | ['default', ['json', { outputFile: string }]]; maxWorkers: number; isolate: boolean };

/** Files that replace modules of Node: each gets modules of its own, or the others would find the replaced ones. */
const REPLACING = ['test/**/windows.test.ts'];

/** The files of a configuration in two groups: those that share their modules, which is much faster, and those that must not. */
export function groups(
  exclude: readonly string[],
  include: readonly string[] = ['test/**/*.test.ts'],
): { extends: true; test: { name: string; isolate: boolean; include: string[]; exclude: string[] } }[] {
  return [
    { extends: true, test: { name: 'shared', isolate: false, include: [...include], exclude: [...exclude, ...REPLACING] } },
    { extends: true, test: { name: 'apart', isolate: true, include: REPLACING, exclude: [...exclude] } },
  ];
}
