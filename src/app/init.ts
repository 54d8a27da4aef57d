/** Start a project: copy the scaffold of a template and make its `mlrecipe` dependency one that installs today. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { packageRoot, packageVersion } from './package-root.ts';

export interface InitOptions {
  readonly folder: string;
  readonly template: 'regression' | 'classification';
  /** Write into a folder that has files. Existing files are kept as they are. */
  readonly force: boolean;
}

export interface Initialised {
  readonly folder: string;
  /** Relative paths, in code-unit order. */
  readonly files: readonly string[];
}

export function initProject({ folder, template, force }: InitOptions): Result<Initialised> {
  const target = resolve(folder);
  if (existsSync(target) && !statSync(target).isDirectory()) {
    return failed([
      { code: 'folder-not-empty', severity: 'error', message: `${folder} is a file`, hint: 'name a folder that is new or empty' },
    ]);
  }
  if (!force && existsSync(target) && readdirSync(target).some((name) => name !== '.git')) {
    return failed([
      {
        code: 'folder-not-empty',
        severity: 'error',
        message: `${folder} has files in it`,
        hint: 'choose another folder, or pass `--force` to add the files that are missing',
      },
    ]);
  }
  const scaffold = join(packageRoot(), 'dist', 'templates', template, 'scaffold');
  mkdirSync(target, { recursive: true });
  const isNew = !existsSync(join(target, 'package.json'));
  cpSync(scaffold, target, { recursive: true, force: false });
  // npm leaves .gitignore out of packages, so the scaffold carries it under another name.
  const ignore = join(target, '_gitignore');
  if (existsSync(join(target, '.gitignore'))) writeFileSync(ignore, readFileSync(join(target, '.gitignore')));
  renameSync(ignore, join(target, '.gitignore'));
  if (isNew) writePackageJson(target);
  return ok({
    folder: target,
    files: listFiles(scaffold)
      .map((file) => file.replace('_gitignore', '.gitignore'))
      .sort(),
  });
}

function writePackageJson(target: string): void {
  const file = join(target, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name: string; dependencies: Record<string, string> };
  manifest.name = packageName(basename(target));
  manifest.dependencies['mlrecipe'] = dependency(target);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A name that npm accepts. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[-]+$/g, '');
  return name === '' ? 'my-model' : name;
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

function listFiles(folder: string, prefix = ''): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listFiles(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  );
}
