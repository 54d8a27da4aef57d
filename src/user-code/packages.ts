/**
 * The npm packages that user code imports: their names and the versions that are installed.
 * `mlrecipe` itself is one of them, with a rule of its own for where it comes from.
 */
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface PackageVersion {
  readonly name: string;
  /** `null` when the package is not installed, so that installing it counts as a change. */
  readonly version: string | null;
}

const OWN_NAME = 'mlrecipe';

/** The package of an import specifier, or `undefined` for files, URLs, `#` aliases and Node's own modules. */
export function packageNameOf(specifier: string): string | undefined {
  if (/^[./#]/.test(specifier) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(specifier) || isBuiltin(specifier)) return undefined;
  const [scope, name] = specifier.split('/');
  return specifier.startsWith('@') ? `${scope}/${name}` : scope;
}

export function isOwn(specifier: string): boolean {
  return packageNameOf(specifier) === OWN_NAME;
}

/**
 * Where an import of `mlrecipe` leads: to the package that the project has installed, so that
 * user code and its type checker see the same one, else to the package of the running command.
 */
export function resolveOwn(specifier: string, root: string, packageRoot: string): string | undefined {
  for (const folder of [root, packageRoot]) {
    try {
      return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(specifier)).href;
    } catch {
      // Not installed there, or not built, or the subpath is not exported: the next place, if there is one.
    }
  }
  return undefined;
}

/** The version of the `mlrecipe` that a resolved import leads to. */
export function ownVersion(url: string): string | null {
  for (let folder = dirname(fileURLToPath(url)); ; folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest?.name === OWN_NAME) return manifest.version ?? null;
    if (folder === dirname(folder)) return null;
  }
}

/** What Node would find from the root: the nearest `node_modules`, upwards, or the project itself by its own name. */
export function installedVersion(root: string, name: string): string | null {
  const self = readManifest(join(root, 'package.json'));
  if (self?.name === name) return self.version ?? '0.0.0';
  for (let folder = root; ; folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'node_modules', name, 'package.json'));
    if (manifest !== undefined) return manifest.version ?? '0.0.0';
    if (folder === dirname(folder)) return null;
  }
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}
