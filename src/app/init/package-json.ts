/** The package.json of a new project: its name, and an `mlrecipe` that installs today. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { packageRoot, packageVersion } from '../package-root.ts';

export function packageJson(scaffold: string, target: string): string {
  const manifest = JSON.parse(scaffold) as { name: string; dependencies: Record<string, string> };
  manifest.name = packageName(basename(target));
  manifest.dependencies['mlrecipe'] = dependency(target);
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A name that npm accepts. */
export function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[-]+$/g, '')
    .slice(0, 200);
  // Names that npm keeps for itself, and ours, which a package cannot depend on under its own name.
  return ['', 'node_modules', 'favicon.ico', 'mlrecipe'].includes(name) ? 'my-model' : name;
}

/** How the running package was itself installed: a clone and a packed tarball are no version that a registry has. */
function dependency(target: string): string {
  const root = packageRoot();
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') return `file:${posix(relative(target, root))}`;
  try {
    const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string } | undefined>;
    };
    const resolved = lock.packages['node_modules/mlrecipe']?.resolved;
    if (resolved?.startsWith('file:') === true)
      return `file:${posix(relative(target, resolve(dirname(modules), resolved.slice('file:'.length))))}`;
  } catch {
    // No lock beside the package: it came from a registry by other means.
  }
  return `^${packageVersion()}`;
}

function posix(path: string): string {
  return path.split(sep).join('/');
}
