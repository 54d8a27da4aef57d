/** What the command's exit code says. */
export const EXIT = {
  ok: 0,
  stepFailed: 1,
  usage: 2,
  criteriaNotMet: 3,
  missingDependency: 4,
  somethingWouldRun: 5,
  interrupted: 130,
  terminated: 143,
} as const;
