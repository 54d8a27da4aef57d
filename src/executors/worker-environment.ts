/**
 * The environment of a worker: what a process needs to live, neutral in language and time zone.
 * Everything else must be declared by a task, or it would change results unseen by the key.
 */
const PASSED_ON = [
  'PATH',
  'Path',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'SYSTEMROOT',
  // What a step may use of the machine; no result depends on these.
  'RECIPE_THREADS',
  'RECIPE_MEMORY_LIMIT',
  'RECIPE_TEMPORARY_FOLDER',
];

export function workerEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = env[name];
    if (value !== undefined) passed[name] = value;
  }
  return { ...passed, TZ: 'UTC', LC_ALL: 'C' };
}
