/**
 * What user code imports and cannot have: packages that are not installed, modules that Node does not have,
 * addresses. The compiler is asked once more, only when something is missing: it knows each place, and passes over
 * an `import()` or `require()` that `try` or `catch` guards.
 */
import { builtinModules, isBuiltin } from 'node:module';
import type { Message, Plugin } from 'esbuild';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { closest } from '../diagnostics/suggest.ts';
import { findImport, placeOfMessage, type SourceText } from './compile-diagnostics.ts';
import { installHint } from './install-hint.ts';
import { packageNameOf } from './packages.ts';

/** Leaves the imports in question to the compiler, which finds nothing and says where. All others stay as they are. */
export function onlyMissing(isMissing: (specifier: string) => boolean): Plugin {
  return {
    name: 'only-missing',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || isMissing(path) ? undefined : { path, external: true },
      );
    },
  };
}

/** One for each place. What is loaded in the course of a call may never be: a warning. */
export function missingPackages(messages: readonly Message[], root: string, textOf: SourceText): readonly Diagnostic[] {
  return messages.flatMap((message): Diagnostic[] => {
    const specifier = /^Could not resolve "(.*)"$/.exec(message.text)?.[1];
    const name = specifier === undefined ? undefined : packageNameOf(specifier);
    const { span } = placeOfMessage(message, textOf);
    if (name === undefined || span === undefined) return [];
    const isInCall = /\b(?:import|require)\s*\(\s*$/.test(textOf(span.file)?.slice(0, span.start) ?? '');
    return [missingPackage(name, root, { file: span.file, span, isInCall })];
  });
}

/** A package that the bundle cannot load without, where the compiler says nothing of its place. */
export function missingAtLoad(specifier: string, name: string, importer: string, root: string, textOf: SourceText): Diagnostic {
  const span = findImport(importer, specifier, textOf);
  return missingPackage(name, root, { file: importer, isInCall: false, ...(span !== undefined && { span }) });
}

interface Importing {
  readonly file: string;
  readonly span?: Span;
  readonly isInCall: boolean;
}

function missingPackage(name: string, root: string, { file, span, isInCall }: Importing): Diagnostic {
  return {
    code: 'missing-package',
    severity: isInCall ? 'warning' : 'error',
    message: isInCall
      ? `\`${file}\` loads \`${name}\` when it is needed, and it is not installed`
      : `\`${file}\` imports \`${name}\`, which is not installed`,
    ...(span !== undefined && { span, label: 'no such package in node_modules' }),
    hint: installHint(name, root),
  };
}

/** What no installation helps: `node:fss`, `https://…`. */
export function hopelessImport(specifier: string, importer: string, textOf: SourceText): Diagnostic | undefined {
  const isAddress = /^https?:/i.test(specifier);
  if (!isAddress && (!specifier.startsWith('node:') || isBuiltin(specifier))) return undefined;
  const span = findImport(importer, specifier, textOf);
  const near = isAddress ? undefined : closest(specifier.slice('node:'.length), builtinModules);
  return {
    code: 'step-code',
    severity: 'error',
    message: isAddress
      ? `\`${importer}\` imports \`${specifier}\`, and Node loads no module from an address`
      : `\`${importer}\` imports \`${specifier}\`, which Node does not have`,
    ...(span !== undefined && { span }),
    ...(isAddress && { hint: 'install the package, or copy the file into the project' }),
    ...(near !== undefined && { hint: `did you mean \`node:${near}\`?` }),
  };
}
