/** Node, the files of this package, and the native libraries, which are loaded and used. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { plural } from '../../steps/wording.ts';
import { packageRoot, packageVersion } from '../package-root.ts';
import { type Check, type CheckResult, firstLine } from './check.ts';

export function installationChecks(): readonly Check[] {
  return [
    { name: 'node', group: 'package', look: () => nodeVersion(process.versions.node, enginesOf(packageRoot())) },
    { name: 'mlrecipe', group: 'package', look: () => packageFiles(packageRoot()) },
    { name: 'duckdb', group: 'package', look: duckdb },
    { name: 'libsql', group: 'package', look: libsql },
    { name: 'esbuild', group: 'package', look: esbuild },
  ];
}

function enginesOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }).engines.node;
}

/** `range` is of the form `>=20.19`. */
export function nodeVersion(version: string, range: string): CheckResult {
  const least = range.replace(/^>=\s*/, '');
  const where = `on ${process.platform} ${process.arch} with ${plural(availableParallelism(), 'core')}`;
  if (compareVersions(version, least) >= 0) return { state: 'ok', message: `Node ${version} ${where}` };
  return { state: 'error', message: `Node ${version} is older than ${least}, which is needed`, hint: `install Node ${least} or later` };
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What the command, the worker and the library begin with. */
const ENTRIES = ['bin/recipe.js', 'dist/cli/bundle/main.js', 'dist/worker/main.js', 'dist/index.js', 'dist/steps-api.js'];
const DATA = ['dist/step-digests.json', 'dist/templates/scaffold', 'schema/recipe.schema.json'];

/** Everything that the entries import, by their text, is there. */
export function packageFiles(root: string): CheckResult {
  const seen = new Set<string>();
  const missing = DATA.filter((path) => !existsSync(join(root, path)));
  const queue = ENTRIES.map((path) => join(root, path));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      missing.push(file.slice(root.length + 1));
      continue;
    }
    for (const [, from] of text.matchAll(/(?:from|import)\s*\(?["'](\.{1,2}\/[^"']+\.js)["']/gu))
      queue.push(join(dirname(file), from as string));
  }
  if (missing.length === 0)
    return { state: 'ok', message: `mlrecipe ${packageVersion()} is complete: ${plural(seen.size, 'file')} of code` };
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  const hint = existsSync(join(root, 'src'))
    ? 'run `npm run build` in the clone'
    : 'install mlrecipe again: `npm install --force mlrecipe`';
  return { state: 'error', message: `mlrecipe ${packageVersion()} lacks ${missing.sort()[0]}${more}`, hint };
}

async function duckdb(): Promise<CheckResult> {
  try {
    const { openDuckDb } = await import('../../data/duckdb.ts');
    const engine = await openDuckDb();
    try {
      const [row] = await engine.query('SELECT version() AS version, sum(i) AS sum FROM range(1000) r(i)');
      if (row?.['sum'] !== 499_500) return { state: 'error', message: `DuckDB counts wrong: ${row?.['sum']} for 499500`, hint: REINSTALL };
      return { state: 'ok', message: `DuckDB ${row['version']} loads and counts` };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return broken('DuckDB, which reads the data,', error);
  }
}

async function libsql(): Promise<CheckResult> {
  try {
    const { default: Database } = await import('libsql');
    const database = new Database(':memory:');
    const row = database.prepare('SELECT sqlite_version() AS version').get([]) as unknown as { readonly version: string };
    database.close();
    return { state: 'ok', message: `libsql loads, with SQLite ${row.version}` };
  } catch (error) {
    return broken('libsql, which records runs,', error);
  }
}

async function esbuild(): Promise<CheckResult> {
  try {
    const { transform, version } = await import('esbuild');
    await transform('const answer: number = 42;', { loader: 'ts' });
    return { state: 'ok', message: `esbuild ${version} compiles TypeScript` };
  } catch (error) {
    return broken('esbuild, which compiles `steps/*.ts`,', error);
  }
}

const REINSTALL = 'remove `node_modules` and run `npm install` on this machine, without `--omit=optional`';

function broken(what: string, error: unknown): CheckResult {
  return { state: 'error', message: `${what} does not load: ${firstLine(error)}`, hint: REINSTALL };
}
