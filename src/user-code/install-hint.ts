/** How a package that user code imports is put in place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Packages that do not install with one command alone. */
const WITH_OVERRIDES: ReadonlySet<string> = new Set(['danfojs-node', 'danfojs']);

const NAME = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

export function installHint(name: string, root: string): string {
  if (isNamed(name, root)) return 'it is named in package.json: run `npm install`';
  if (WITH_OVERRIDES.has(name))
    return `add it and its \`overrides\` to package.json as the README of mlrecipe shows, then run \`npm install --ignore-scripts\``;
  // What is pasted into a shell must be a name and nothing else.
  if (!NAME.test(name)) return 'correct the name: no package can be called so';
  return `install it with \`npm install ${name}\``;
}

function isNamed(name: string, root: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    return KINDS.some((kind) => Object.hasOwn((manifest[kind] as object | undefined) ?? {}, name));
  } catch {
    return false;
  }
}
