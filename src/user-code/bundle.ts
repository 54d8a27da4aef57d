/**
 * Compile a step file with everything local that it imports. Two bundles come from the same
 * bytes: a minified one that is only hashed, so that comments, types and formatting cannot
 * matter, and one to be loaded, with a source map into the TypeScript. The only importer of
 * esbuild, and only when a source changed.
 */
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, BuildOptions, BuildResult, Message, Metafile, Plugin } from 'esbuild';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { COMPUTED_IMPORT, compileError, compilerUnusable, compileWarning, type SourceText } from './compile-diagnostics.ts';
import { isOwn, resolveOwn } from './packages.ts';
import type { Snapshot } from './sources.ts';
import { onlyMissing } from './unresolved.ts';

export interface BundleRequest {
  /** Real path of the project's root. */
  readonly root: string;
  /** Relative to the root. */
  readonly file: string;
  readonly packageRoot: string;
  readonly snapshot: Snapshot;
}

export interface Bundled {
  /** The code that is hashed. Holds no path and no comment. */
  readonly minified: string;
  /** The code that the worker imports, with an inline source map of absolute sources. */
  readonly loadable: string;
  readonly exports: readonly string[];
  /** Imports that stay imports, in code-unit order. */
  readonly externals: readonly ExternalImport[];
  /** Each edge between local files: who asked for what and got which file. Paths relative to the root. */
  readonly edges: readonly { readonly importer: string; readonly specifier: string; readonly resolved: string }[];
  /** An import stands for a pattern of files, so that a new file may join at any time. */
  readonly hasPattern: boolean;
}

export interface ExternalImport {
  readonly specifier: string;
  /** The local files that name it. */
  readonly importers: readonly string[];
  /** Whether loading the bundle fails without it, as opposed to an `import()` that user code may guard. */
  readonly isRequired: boolean;
}

export async function bundle(request: BundleRequest): Promise<Result<Bundled>> {
  const { root, file, snapshot } = request;
  const textOf = sourceTextOf(root, snapshot);
  let build: (options: BuildOptions) => Promise<BuildResult>;
  try {
    ({ build } = await import('esbuild'));
  } catch (error) {
    return failed([compilerUnusable(error)]);
  }
  try {
    // Not identifiers: esbuild picks short names by how often letters occur in the source, types and all.
    const hashed = await build({ ...commonOptions(request), minifyWhitespace: true, minifySyntax: true });
    const metafile = hashed.metafile as Metafile;
    const loaded = await build({
      ...commonOptions(request),
      // Nothing of these bytes enters a digest, so absolute paths are allowed here, and wanted.
      define: META,
      sourcemap: 'external',
      sourcesContent: false,
      ...(needsRequire(metafile) && { banner: { js: REQUIRE_BANNER } }),
    });
    const warnings = hashed.warnings.map((message) => compileWarning(file, message, textOf));
    return ok(
      {
        minified: withoutHashbang(outputText(hashed, '.mjs')),
        loadable: withSourceMap(withoutHashbangLine(outputText(loaded, '.mjs')), outputText(loaded, '.map'), root),
        ...readMetafile(metafile),
      },
      warnings,
    );
  } catch (error) {
    if (!isBuildFailure(error)) return failed([compilerUnusable(error)]);
    return failed([
      ...error.errors.map((message) => compileError(file, message, textOf)),
      ...error.warnings.map((message) => compileWarning(file, message, textOf)),
    ]);
  }
}

/** Where the imports in question stand, as the compiler words it; none that `try` or `catch` guards. */
export async function findUnresolved(request: BundleRequest, isMissing: (specifier: string) => boolean): Promise<readonly Message[]> {
  const { packages: _packages, ...options } = commonOptions(request);
  try {
    const { build } = await import('esbuild');
    await build({ ...options, plugins: [ownPackage(request), onlyMissing(isMissing), localFiles(request)] });
    return [];
  } catch (error) {
    return isBuildFailure(error) ? error.errors : [];
  }
}

function commonOptions(request: BundleRequest): BuildOptions {
  return {
    absWorkingDir: request.root,
    entryPoints: [request.file],
    outfile: 'bundle.mjs',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    charset: 'utf8',
    legalComments: 'none',
    // `/* @__PURE__ */` is a comment, and comments change nothing. Also what Node does: every imported file is run.
    ignoreAnnotations: true,
    // Joining files may rename a function or class, and programs can see such names.
    keepNames: true,
    // As in Node's own type stripping, tsconfig.json has no say, so that no file outside the import graph matters.
    tsconfigRaw: '{}',
    logLevel: 'silent',
    logOverride: { [COMPUTED_IMPORT]: 'warning' },
    plugins: [ownPackage(request), localFiles(request)],
  };
}

/** Bundling moves code, so each file that asks where it lies is told the place of its source. */
const META = {
  'import.meta.url': '__mlrecipe_url',
  'import.meta.filename': '__mlrecipe_filename',
  'import.meta.dirname': '__mlrecipe_dirname',
};

const REQUIRE_BANNER =
  "import { createRequire as __mlrecipe_createRequire } from 'node:module'; const require = __mlrecipe_createRequire(import.meta.url);";

function localFiles({ snapshot }: BundleRequest): Plugin {
  return {
    name: 'local-files',
    setup({ onLoad, initialOptions }) {
      onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
        let contents: Uint8Array | string;
        try {
          contents = snapshot.read(path);
        } catch (error) {
          return { errors: [{ text: `cannot read the file: ${(error as Error).message}` }] };
        }
        if (initialOptions.define !== undefined && /\.[cm]?[jt]sx?$/.test(extname(path))) contents = withPlace(path, contents);
        return { contents, loader: 'default' };
      });
    },
  };
}

/** In front of the first line, so that no line moves. */
function withPlace(path: string, contents: Uint8Array): Uint8Array | string {
  const text = Buffer.from(contents).toString('utf8');
  if (!text.includes('import.meta.')) return contents;
  const hashbang = /^\ufeff?(#!.*)?/.exec(text)?.[0] ?? '';
  const place = [
    [META['import.meta.url'], pathToFileURL(path).href],
    [META['import.meta.filename'], path],
    [META['import.meta.dirname'], resolve(path, '..')],
  ].map(([name, value]) => `const ${name}=${JSON.stringify(value)};`);
  return `${place.join('')}${text.slice(hashbang.length)}`;
}

function ownPackage({ root, packageRoot }: BundleRequest): Plugin {
  return {
    name: 'own-package',
    setup({ onResolve, initialOptions }) {
      onResolve({ filter: /^mlrecipe(\/|$)/ }, ({ path }) => {
        if (!isOwn(path)) return undefined;
        const url = resolveOwn(path, root, packageRoot);
        if (url === undefined) return { errors: [{ text: `Could not resolve "${path}"` }] };
        // The hashed bundle keeps the bare name: where the package lies must not count.
        return { path: initialOptions.minifyWhitespace === true ? path : url, external: true };
      });
    },
  };
}

function readMetafile(metafile: Metafile): Pick<Bundled, 'exports' | 'externals' | 'edges' | 'hasPattern'> {
  const output = Object.values(metafile.outputs).find((candidate) => candidate.entryPoint !== undefined);
  const imports = Object.entries(metafile.inputs).flatMap(([importer, input]) => input.imports.map((edge) => ({ importer, ...edge })));
  const externals = new Map<string, ExternalImport>();
  for (const { path, kind } of output?.imports ?? []) {
    const importers = imports.filter((edge) => edge.external === true && edge.path === path).map((edge) => edge.importer);
    const isRequired = kind === 'import-statement' || externals.get(path)?.isRequired === true;
    externals.set(path, { specifier: path, importers: [...new Set(importers)].sort(), isRequired });
  }
  return {
    exports: [...(output?.exports ?? [])].sort(),
    externals: [...externals.values()].sort((a, b) => (a.specifier < b.specifier ? -1 : 1)),
    edges: imports
      .filter((edge) => edge.external !== true)
      .map(({ importer, original, path }) => ({ importer, specifier: original ?? path, resolved: path })),
    hasPattern: imports.some((edge) => edge.external === true && edge.path.includes('*')),
  };
}

/** CommonJS files keep calling `require` for packages, which an ES module does not have by itself. */
function needsRequire(metafile: Metafile): boolean {
  return Object.values(metafile.outputs).some((output) => output.imports.some((edge) => edge.kind === 'require-call'));
}

function outputText(result: BuildResult, ending: string): string {
  const output = result.outputFiles?.find((candidate) => candidate.path.endsWith(ending));
  if (output === undefined) throw new Error(`esbuild made no ${ending} file`);
  return output.text;
}

/** esbuild keeps `#!` of the entry; it is a comment, so it must not count. */
function withoutHashbang(code: string): string {
  return code.replace(/^#!.*\n/, '');
}

/** The same where a source map counts the lines. */
function withoutHashbangLine(code: string): string {
  return code.replace(/^#!.*/, '');
}

/** Sources as absolute URLs: stack traces and breakpoints land in the TypeScript wherever the bundle lies. */
function withSourceMap(code: string, map: string, root: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  parsed.sources = parsed.sources.map((source) => pathToFileURL(resolve(root, source)).href);
  const encoded = Buffer.from(JSON.stringify(parsed), 'utf8').toString('base64');
  return `${code}//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
}

export function sourceTextOf(root: string, snapshot: Snapshot): SourceText {
  return (file) => {
    try {
      return Buffer.from(snapshot.read(resolve(root, file))).toString('utf8');
    } catch {
      return undefined;
    }
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as { errors?: readonly Message[] }).errors);
}
