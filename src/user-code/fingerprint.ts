/**
 * The identity of a step file: a digest that changes with what the code does and with nothing
 * else, and the bundle that a worker loads. The command process asks for it at every run, so
 * the way through when nothing changed touches stats and small JSON files only.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../diagnostics/sort.ts';
import { type Bundled, bundle, findUnresolved, sourceTextOf } from './bundle.ts';
import { fileNotFound } from './compile-diagnostics.ts';
import { installedVersion, isOwn, type PackageVersion, packageNameOf, resolveOwn } from './packages.ts';
import { buildName, relativePath, writeWhole } from './paths.ts';
import { type BuildRecord, ownVersionOf, readRecord, stillValid, writeRecord } from './record.ts';
import { governingManifest, rivals } from './resolution.ts';
import { type Signature, signaturesOf } from './signatures.ts';
import { Snapshot, type SourceFile } from './sources.ts';
import { hopelessImport, missingAtLoad, missingPackages } from './unresolved.ts';

export interface FingerprintOptions {
  /** Absolute path of the project's root. */
  readonly root: string;
  /** Relative to the root, with forward slashes, such as `steps/train.ts`. */
  readonly file: string;
  /** Inside the root, or the packages that user code imports would not be found from it. */
  readonly buildFolder: string;
  /** The package of the running command: where `mlrecipe` leads when the project has not installed it. */
  readonly packageRoot: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface UserBundle {
  readonly file: string;
  /**
   * Over the minified bundle, the versions of the packages that it imports and Node's major
   * version. Comments, types, formatting and the place of the checkout are not in it.
   */
  readonly digest: string & { readonly __brand: 'digest' };
  /** Absolute path of the module to import. */
  readonly bundlePath: string;
  /** Names that the file exports, in code-unit order. */
  readonly exports: readonly string[];
  /** What the functions among them cannot do without, where the source says so plainly. */
  readonly signatures: Readonly<Record<string, Signature>>;
  /** The files of the project that are part of it, in code-unit order of their paths. */
  readonly inputs: readonly SourceFile[];
}

type Place = Required<FingerprintOptions> & { readonly recordPath: string };

export async function fingerprint(options: FingerprintOptions): Promise<Result<UserBundle>> {
  const root = realpathSync(options.root);
  const { file, buildFolder } = options;
  if (statSync(resolve(root, file), { throwIfNoEntry: false })?.isFile() !== true)
    return failed([fileNotFound(file, sameStem(root, file))]);
  const place: Place = { now: Date.now, ...options, root, recordPath: join(buildFolder, `${buildName(file)}.json`) };

  const known = readRecord(place.recordPath);
  const valid = known === undefined ? undefined : stillValid(known, place, place.now);
  if (valid !== undefined) {
    const packages = installed(root, valid);
    // A package that has come or gone is told with its place in the source, which takes a compilation.
    if (packages.every(({ name, version }) => (version === null) === wasMissing(valid, name))) {
      if (valid !== known) writeRecord(place.recordPath, valid);
      return ok(userBundle(place, valid, packages), valid.warnings);
    }
  }
  return compile(place);
}

async function compile(place: Place): Promise<Result<UserBundle>> {
  const { root, file, packageRoot, now } = place;
  const snapshot = new Snapshot(root, now);
  const bundled = await bundle({ root, file, packageRoot, snapshot });
  if (!bundled.ok) return bundled;
  const inputs = snapshot.files();
  const signatures = signaturesOf(sourceTextOf(root, snapshot)(file) ?? '');
  const found = { ...recordOf(place, bundled.value, inputs, []), signatures };
  const packages = installed(root, found);
  const unresolved = await unresolvedImports({ root, file, packageRoot, snapshot }, bundled.value, packages);
  const warnings = [...bundled.warnings, ...unresolved];
  if (warnings.some(({ severity }) => severity === 'error')) return failed(warnings);
  const record = { ...found, warnings, packages: found.packages.map((one) => ({ ...one, isMissing: isAbsent(packages, one.name) })) };

  writeWhole(join(place.buildFolder, record.bundle.name), bundled.value.loadable);
  // New files may match a pattern at any time: without a record each run compiles anew.
  if (bundled.value.hasPattern) rmSync(place.recordPath, { force: true });
  else writeRecord(place.recordPath, record);
  removeStale(place, record.bundle.name);
  return ok(userBundle(place, record, packages), warnings);
}

function recordOf(
  place: Place,
  bundled: Bundled,
  inputs: BuildRecord['inputs'],
  warnings: readonly Diagnostic[],
): Omit<BuildRecord, 'signatures'> {
  const { root, file, packageRoot, now } = place;
  const manifests = new Snapshot(root, now);
  const absent = new Set<string>();
  for (const { importer, specifier, resolved } of bundled.edges) {
    for (const rival of rivals(resolve(root, importer), specifier, resolve(root, resolved))) absent.add(rival);
  }
  for (const { path } of inputs) {
    const manifest = governingManifest(resolve(root, path));
    for (const nearer of manifest.absent) absent.add(nearer);
    if (manifest.present !== undefined) manifests.read(manifest.present);
  }
  const packages = new Map<string, boolean>();
  const own: { readonly specifier: string; readonly url: string }[] = [];
  for (const { specifier, isRequired: required } of bundled.externals) {
    const name = packageNameOf(specifier);
    const url = isOwn(specifier) ? resolveOwn(specifier, root, packageRoot) : undefined;
    if (url !== undefined) own.push({ specifier, url });
    else if (name !== undefined) packages.set(name, required || packages.get(name) === true);
  }
  const digest = sha256(bundled.loadable);
  return {
    root,
    file,
    codeDigest: sha256(bundled.minified),
    exports: bundled.exports,
    warnings,
    inputs,
    manifests: manifests.files(),
    absent: [...absent].map((path) => relativePath(root, path)).sort(),
    packages: [...packages].map(([name, required]) => ({ name, isRequired: required })),
    own,
    // The content is in the name, so a worker that imported an older bundle never gets it again for this one.
    bundle: { name: `${buildName(file)}-${digest.slice(0, 16)}.mjs`, digest },
  };
}

/** Versions as they are now, in code-unit order of the names. */
function installed(root: string, record: Pick<BuildRecord, 'packages' | 'own'>): readonly PackageVersion[] {
  const packages: PackageVersion[] = record.packages.map(({ name }) => ({ name, version: installedVersion(root, name) }));
  const own = ownVersionOf(record);
  if (own !== undefined) packages.push({ name: 'mlrecipe', version: own });
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function wasMissing(record: BuildRecord, name: string): boolean {
  return record.packages.some((entry) => entry.name === name && entry.isMissing === true);
}

function isAbsent(packages: readonly PackageVersion[], name: string): boolean {
  return packages.some((one) => one.name === name && one.version === null);
}

/** What the bundle imports and cannot have, each at its place. */
async function unresolvedImports(
  request: Parameters<typeof findUnresolved>[0],
  bundled: Bundled,
  packages: readonly PackageVersion[],
): Promise<readonly Diagnostic[]> {
  const { root, snapshot } = request;
  const textOf = sourceTextOf(root, snapshot);
  const nameOf = (specifier: string): string | undefined => {
    const name = isOwn(specifier) ? undefined : packageNameOf(specifier);
    return name !== undefined && isAbsent(packages, name) ? name : undefined;
  };
  const hopeless = bundled.externals.flatMap(({ specifier, importers, isRequired }) =>
    isRequired ? importers.flatMap((importer) => hopelessImport(specifier, importer, textOf) ?? []) : [],
  );
  if (!bundled.externals.some(({ specifier }) => nameOf(specifier) !== undefined)) return sortDiagnostics(hopeless);
  const missing = missingPackages(await findUnresolved(request, (specifier) => nameOf(specifier) !== undefined), root, textOf);
  // The compiler finds a package beside the importing file that Node does not find from the root.
  const atLoad = bundled.externals.flatMap(({ specifier, importers, isRequired }) => {
    const name = nameOf(specifier);
    const [importer] = importers;
    if (name === undefined || importer === undefined || !isRequired) return [];
    const isTold = missing.some(({ severity, message }) => severity === 'error' && message.includes(`\`${name}\``));
    return isTold ? [] : [missingAtLoad(specifier, name, importer, root, textOf)];
  });
  return sortDiagnostics([...missing, ...atLoad, ...hopeless]);
}

function userBundle(place: Place, record: BuildRecord, packages: readonly PackageVersion[]): UserBundle {
  const nodeMajor = process.versions.node.split('.')[0];
  // JSON of a fixed shape is an unambiguous encoding of these texts.
  const digest = sha256(JSON.stringify(['user-code', nodeMajor, packages.map(({ name, version }) => [name, version]), record.codeDigest]));
  return {
    file: record.file,
    digest: digest as UserBundle['digest'],
    bundlePath: join(place.buildFolder, record.bundle.name),
    exports: record.exports,
    signatures: record.signatures,
    inputs: record.inputs.map(({ isRacy: _, ...input }) => input),
  };
}

/** Bundles of earlier contents of the same file. */
function removeStale(place: Place, keep: string): void {
  const stale = new RegExp(`^${buildName(place.file)}-[0-9a-f]{16}\\.mjs$`);
  for (const name of readdirSync(place.buildFolder)) {
    if (name !== keep && stale.test(name)) rmSync(join(place.buildFolder, name), { force: true });
  }
}

/** A file of the same name in the other language. */
function sameStem(root: string, file: string): string | undefined {
  const stem = file.slice(0, file.length - extname(file).length);
  return ['.ts', '.mts', '.js', '.mjs'].map((extension) => stem + extension).find((candidate) => existsSync(resolve(root, candidate)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
