/**
 * Whether a run or a version is still in the tracking store. A server is not asked. An SQLite file
 * is opened only when it changed since it was last known to hold the answer: loading the database
 * library costs more than everything else that a run with nothing to do does.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ProjectPaths } from './paths.ts';

/** What a file was known to hold when it had this stat. */
interface Known {
  readonly stat: string;
  readonly facts: readonly string[];
}

const FILE = 'tracking-facts.json';

/** False only when the store was asked and does not have it. */
export async function hasRun(paths: ProjectPaths, uri: string, runId: string): Promise<boolean> {
  return holds(paths, uri, `run ${runId}`, async () => {
    const exists = await import('../tracking/exists.ts');
    return exists.hasRun({ uri, root: paths.root }, runId);
  });
}

export async function hasVersion(paths: ProjectPaths, uri: string, name: string, version: string): Promise<boolean> {
  return holds(paths, uri, `version ${version} of ${name}`, async () => {
    const exists = await import('../tracking/exists.ts');
    return exists.hasVersion({ uri, root: paths.root }, name, version);
  });
}

async function holds(paths: ProjectPaths, uri: string, fact: string, ask: () => Promise<boolean | undefined>): Promise<boolean> {
  const stat = statOf(paths, uri);
  const known = readKnown(paths);
  const before = known[uri];
  if (stat !== undefined && before?.stat === stat && before.facts.includes(fact)) return true;
  const answer = await ask();
  if (answer === true && stat !== undefined && stat === statOf(paths, uri)) {
    const facts = before?.stat === stat ? [...before.facts, fact] : [fact];
    writeKnown(paths, { ...known, [uri]: { stat, facts } });
  }
  return answer !== false;
}

/** `undefined` for a server and for a file that is not there. */
function statOf(paths: ProjectPaths, uri: string): string | undefined {
  const path = /^sqlite:\/\/\/(.*)$/.exec(uri)?.[1];
  const stat = path === undefined ? undefined : statSync(resolve(paths.root, path), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
}

function readKnown(paths: ProjectPaths): Readonly<Record<string, Known>> {
  try {
    return JSON.parse(readFileSync(join(paths.store, FILE), 'utf8')) as Readonly<Record<string, Known>>;
  } catch {
    return {};
  }
}

/** Losing this costs a look into the file, so a failure to write it is no failure. */
function writeKnown(paths: ProjectPaths, known: Readonly<Record<string, Known>>): void {
  try {
    const file = join(paths.store, FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(known));
  } catch {
    // Told above.
  }
}
