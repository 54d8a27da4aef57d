/**
 * What is remembered of the last compilation of a step file, so that a run in which nothing
 * changed needs no compiler. Losing or distrusting it costs one compilation, never correctness.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { ownVersion, resolveOwn } from './packages.ts';
import { writeWhole } from './paths.ts';
import type { Signature } from './signatures.ts';
import { type RememberedFile, stillTheSame } from './sources.ts';

/** Grows when the meaning of a record or the way of compiling changes; older records are then ignored. */
const FORMAT = 2;

export interface BuildRecord {
  /** The load bundle names absolute places, so a moved checkout compiles once more. */
  readonly root: string;
  readonly file: string;
  /** SHA-256 of the minified code. */
  readonly codeDigest: string;
  readonly exports: readonly string[];
  readonly signatures: Readonly<Record<string, Signature>>;
  readonly warnings: readonly Diagnostic[];
  /** The files that the bundle contains. */
  readonly inputs: readonly RememberedFile[];
  /** The package.json files that say how its imports resolve. */
  readonly manifests: readonly RememberedFile[];
  /** Relative paths where a new file would change what an import means. */
  readonly absent: readonly string[];
  readonly packages: readonly { readonly name: string; readonly isRequired: boolean; readonly isMissing?: boolean }[];
  /** Imports of `mlrecipe` and the file URLs that the bundle was given for them. */
  readonly own: readonly { readonly specifier: string; readonly url: string }[];
  /** Name of the load bundle in the build folder, and the SHA-256 of its bytes. */
  readonly bundle: { readonly name: string; readonly digest: string };
}

/** The record, or `undefined` when there is none that can be read. */
export function readRecord(path: string): BuildRecord | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'), revive);
  } catch {
    return undefined;
  }
  const { format, record } = parsed as { readonly format?: unknown; readonly record?: BuildRecord };
  return format === FORMAT ? record : undefined;
}

export function writeRecord(path: string, record: BuildRecord): void {
  writeWhole(
    path,
    `${JSON.stringify({ format: FORMAT, record }, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}\n`,
  );
}

/**
 * The record when it still describes the sources, with stats renewed where only they had
 * changed; `undefined` when the file must be compiled again.
 */
export function stillValid(
  record: BuildRecord,
  place: { readonly root: string; readonly file: string; readonly buildFolder: string; readonly packageRoot: string },
  now: () => number,
): BuildRecord | undefined {
  const { root, file, buildFolder, packageRoot } = place;
  if (record.root !== root || record.file !== file) return undefined;
  if (record.absent.some((path) => existsSync(resolve(root, path)))) return undefined;
  if (record.own.some(({ specifier, url }) => resolveOwn(specifier, root, packageRoot) !== url)) return undefined;
  const inputs = allTheSame(root, record.inputs, now);
  const manifests = allTheSame(root, record.manifests, now);
  if (inputs === undefined || manifests === undefined || !isIntact(buildFolder, record)) return undefined;
  return inputs === record.inputs && manifests === record.manifests ? record : { ...record, inputs, manifests };
}

/** The version of `mlrecipe` that the bundle was given; `undefined` when it imports none. */
export function ownVersionOf(record: Pick<BuildRecord, 'own'>): string | null | undefined {
  const [first] = record.own;
  return first === undefined ? undefined : ownVersion(first.url);
}

function allTheSame(root: string, files: readonly RememberedFile[], now: () => number): readonly RememberedFile[] | undefined {
  let renewed = false;
  const current: RememberedFile[] = [];
  for (const file of files) {
    const same = stillTheSame(root, file, now);
    if (same === undefined) return undefined;
    renewed ||= same !== file;
    current.push(same);
  }
  return renewed ? current : files;
}

/** The load bundle is small, so it is read: an edited or cut one must not be executed. */
function isIntact(buildFolder: string, { bundle }: BuildRecord): boolean {
  try {
    return (
      createHash('sha256')
        .update(readFileSync(join(buildFolder, bundle.name)))
        .digest('hex') === bundle.digest
    );
  } catch {
    return false;
  }
}

const BIG_FIELDS = new Set(['sizeBytes', 'mtimeNs', 'ctimeNs', 'ino']);

function revive(key: string, value: unknown): unknown {
  return BIG_FIELDS.has(key) && typeof value === 'string' ? BigInt(value.slice(0, -1)) : value;
}
