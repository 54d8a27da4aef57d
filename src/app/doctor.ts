/**
 * What may be wrong with the installation, the machine and the project, each in one sentence with a
 * way out. Looks and does not repair; what it writes to try the disk is gone when it ends.
 */
import type { Check, CheckGroup, CheckResult } from './doctor/check.ts';
import { diskChecks } from './doctor/disk.ts';
import { installationChecks } from './doctor/installation.ts';
import { optionalChecks } from './doctor/optional.ts';
import { projectChecks } from './doctor/project.ts';
import { remainsChecks } from './doctor/remains.ts';
import { storeChecks } from './doctor/store.ts';
import { trackingChecks } from './doctor/tracking.ts';
import { packageVersion } from './package-root.ts';
import { projectPaths } from './paths.ts';
import { findProjectRoot, openProject, type ProjectOptions } from './project.ts';

/** What `recipe doctor --format json` prints. */
export interface DoctorReport {
  readonly schemaVersion: number;
  readonly version: string;
  /** The folder of recipe.yaml; `null` outside a project. */
  readonly project: string | null;
  /** False when something stops a run. */
  readonly ok: boolean;
  readonly checks: readonly ReportedCheck[];
}

export interface ReportedCheck extends CheckResult {
  readonly name: string;
  readonly group: CheckGroup;
}

export async function examineAll(options: ProjectOptions): Promise<DoctorReport> {
  const folder = options.from ?? process.cwd();
  const root = findProjectRoot(folder);
  const opened = root === undefined ? undefined : openProject(options);
  const checks: readonly Check[] = [
    ...installationChecks(),
    ...optionalChecks(root ?? folder),
    ...projectChecks(folder, root, opened),
    ...(opened?.ok === true ? trackingChecks(opened.value) : []),
    ...(root === undefined ? [] : [...storeChecks(projectPaths(root)), ...remainsChecks(projectPaths(root))]),
    ...diskChecks(root ?? folder),
  ];
  const found: ReportedCheck[] = [];
  // One after the other: a check that measures must not wait for another's work.
  for (const check of checks) found.push({ name: check.name, group: check.group, ...(await resultOf(check)) });
  return {
    schemaVersion: 1,
    version: packageVersion(),
    project: root ?? null,
    ok: found.every(({ state }) => state !== 'error'),
    checks: found,
  };
}

/** A check that fails itself says so, and the others go on. */
async function resultOf({ look }: Check): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    return { state: 'warning', message: `could not be looked at: ${error instanceof Error ? error.message : String(error)}` };
  }
}
