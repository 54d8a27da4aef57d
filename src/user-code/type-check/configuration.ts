/**
 * What the compiler is asked: the step files under the project's own tsconfig.json, without what
 * concerns emitting. Where there is none, the files are read as `recipe run` reads them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { resolveOwn } from '../packages.ts';

export interface Configuration {
  /** The text of the tsconfig.json that is written for the check. */
  readonly text: string;
  /** The project's own, with all that it extends: absolute paths. */
  readonly files: readonly string[];
  /** What the project has no declarations for, and need not have: Node's own modules. */
  readonly withoutNode: boolean;
}

export interface ConfigurationPlace {
  /** Real path of the project. */
  readonly root: string;
  /** The folder that the text is written into. */
  readonly folder: string;
  readonly packageRoot: string;
  /** Relative to the root. */
  readonly files: readonly string[];
}

/** The TypeScript of `steps/`, without folders in it: what those hold is checked where it is imported. */
export function stepFiles(root: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(join(root, 'steps'));
  } catch {
    return [];
  }
  return names
    .filter((name) => /\.[mc]?tsx?$/.test(name))
    .sort()
    .map((name) => `steps/${name}`);
}

export function configurationOf({ root, folder, packageRoot, files }: ConfigurationPlace): Configuration {
  // As in an editor: the nearest above the step files.
  const own = ['steps/tsconfig.json', 'tsconfig.json'].map((name) => join(root, name)).find((path) => existsSync(path));
  const chain = own === undefined ? [] : configChain(own);
  const said = chain.map((path) => readText(path) ?? '').join('\n');
  const from = (path: string): string => relative(folder, path).split(sep).join('/');
  const hasNode = existsSync(join(root, 'node_modules/@types/node')) || canResolve(root, '@types/node/package.json');
  const options = {
    ...(own === undefined ? { ...AS_RUN, types: hasNode ? ['node'] : [] } : withoutEmit(said)),
    ...(resolveOwn('mlrecipe', root, root) === undefined && { paths: ownPaths(packageRoot) }),
    ...ALWAYS,
  };
  const config = {
    ...(own !== undefined && { extends: from(own) }),
    compilerOptions: options,
    files: files.map((file) => from(join(root, file))),
    include: [],
    references: [],
  };
  return { text: `${JSON.stringify(config, null, 2)}\n`, files: chain, withoutNode: own === undefined && !hasNode };
}

const ALWAYS = { noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true };

/** As esbuild resolves. A project that never asked for it need not give every parameter a type. */
const AS_RUN = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'esnext',
  moduleResolution: 'bundler',
  resolveJsonModule: true,
  strict: true,
  noImplicitAny: false,
};

/** What would be refused beside `noEmit`, or speaks of files that are not made. */
const EMIT: Readonly<Record<string, boolean | null>> = {
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  isolatedDeclarations: false,
  tsBuildInfoFile: null,
  outDir: null,
  rootDir: null,
};

/** Only what the project says: an older compiler refuses options that it does not know. */
function withoutEmit(said: string): Readonly<Record<string, boolean | null>> {
  return Object.fromEntries(Object.entries(EMIT).filter(([option]) => said.includes(`"${option}"`)));
}

/** A project without `mlrecipe` of its own gets the running one, as its steps do. */
function ownPaths(packageRoot: string): Readonly<Record<string, readonly string[]>> {
  return { mlrecipe: [join(packageRoot, 'dist/index.d.ts')], 'mlrecipe/steps': [join(packageRoot, 'dist/steps-api.d.ts')] };
}

/** The file and all that it extends. What cannot be found is the compiler's to complain about. */
function configChain(first: string): readonly string[] {
  const chain: string[] = [];
  const waiting = [first];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = chain.includes(path) ? undefined : readText(path);
    if (text === undefined) continue;
    chain.push(path);
    const said = /"extends"\s*:\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\])/.exec(text)?.[1] ?? '';
    for (const [name] of said.matchAll(/"(?:[^"\\]|\\.)*"/g)) waiting.push(...extended(path, JSON.parse(name) as string));
  }
  return chain;
}

function extended(from: string, name: string): readonly string[] {
  const base = resolve(dirname(from), name);
  if (/^\.|^\/|^[A-Za-z]:/.test(name)) return [base, `${base}.json`].filter((path) => path.endsWith('.json') && existsSync(path));
  for (const specifier of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return [createRequire(from).resolve(specifier)];
    } catch {
      // The next spelling.
    }
  }
  return [];
}

function canResolve(root: string, specifier: string): boolean {
  try {
    createRequire(join(root, 'package.json')).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
