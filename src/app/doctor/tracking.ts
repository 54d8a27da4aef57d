/** Whether the stores of runs and models answer, within two seconds each. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrackingStore } from '../../tracking/ports.ts';
import { DEFAULT_ARTIFACT_FOLDER, parseTrackingUri } from '../../tracking/uri.ts';
import type { Project } from '../project.ts';
import { trackingFailure } from '../tracking-failure.ts';
import { trackingAddress, trackingTarget } from '../tracking-target.ts';
import type { Check, CheckResult } from './check.ts';

const PATIENCE_MS = 2_000;
/** No run has this id; being told so is an answer. */
const NO_RUN = '0'.repeat(32);

export function trackingChecks(project: Project): readonly Check[] {
  const { trackingUri, registryUri } = trackingAddress(project);
  const shown = trackingTarget(project);
  return [
    { name: 'tracking', group: 'project', look: () => answers(project, trackingUri, shown.trackingUri, 'runs') },
    ...(registryUri === trackingUri
      ? []
      : [{ name: 'registry', group: 'project', look: () => answers(project, registryUri, shown.registryUri, 'models') } satisfies Check]),
  ];
}

async function answers(project: Project, uri: string, shown: string, purpose: 'runs' | 'models'): Promise<CheckResult> {
  try {
    const address = parseTrackingUri(uri, project.paths.root);
    if (address.kind === 'sqlite') {
      const file = statSync(address.path, { throwIfNoEntry: false });
      if (file === undefined || file.size === 0) return { state: 'ok', message: `${shown} is made by the first run` };
    }
    const begun = Date.now();
    const store = await open(project, address);
    try {
      await inTime(store.tracking.findRun(NO_RUN), shown);
    } finally {
      await store.close();
    }
    return { state: 'ok', message: `${shown} answers in ${Date.now() - begun} ms` };
  } catch (error) {
    const { message, hint } = trackingFailure(error, project, purpose);
    return { state: 'error', message, ...(hint !== undefined && { hint }) };
  }
}

async function open(
  { paths: { root }, env }: Project,
  address: ReturnType<typeof parseTrackingUri>,
): Promise<{ readonly tracking: TrackingStore; close(): Promise<void> }> {
  if (address.kind === 'sqlite') {
    const { openSqliteStore } = await import('../../tracking/sqlite-store.ts');
    const { path, uri } = address;
    return openSqliteStore({ path, uri, root, artifactRoot: join(root, DEFAULT_ARTIFACT_FOLDER), busyTimeoutMs: PATIENCE_MS });
  }
  const [{ openRestStore }, { restOptions }] = await Promise.all([
    import('../../tracking/rest-store.ts'),
    import('../../tracking/rest-environment.ts'),
  ]);
  return openRestStore({ ...restOptions(address, env), root, maxRetries: 0, timeoutMs: PATIENCE_MS });
}

/** A server that sends a byte now and then is no answer either. */
function inTime<T>(work: Promise<T>, shown: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error(`no whole answer from ${shown} within ${PATIENCE_MS / 1000} s`), { code: 'UNREACHABLE' })),
      PATIENCE_MS + 200,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
