/**
 * From whatever was thrown to a failure that a person can act on: the place in their source when
 * it is their code, the code and hint of a diagnostic when there is one, the whole stack when it
 * is ours.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { positionOf } from '../diagnostics/position.ts';
import type { Failure } from '../engine/ports.ts';
import type { Json } from '../schema/json.ts';
import { StepProblems } from '../steps/problem.ts';
import { installHint } from '../user-code/install-hint.ts';
import { UserCodeError } from '../user-code/load.ts';
import { type UserStack, userStack } from '../user-code/user-stack.ts';
import { EndedByUserCode } from './ended-by-user-code.ts';

export interface FailureContext {
  readonly step: string;
  readonly root: string;
  /** Folders of our own code. */
  readonly internals: readonly string[];
}

/** Exit code of a command whose step needs a package that is not installed. */
const MISSING_PACKAGE_EXIT = 4;

export function failureOf(thrown: unknown, context: FailureContext): Failure {
  const call = thrown instanceof UserCodeError ? thrown : undefined;
  const error = call === undefined ? thrown : innermost(call);
  const place = userStack(error, context.root, context.internals);
  const problems = problemsOf(error);
  if (problems !== undefined) return ofProblems(problems, context);
  const diagnostic = diagnosticOf(error);
  if (diagnostic !== undefined) return ofDiagnostic(diagnostic, place, context);
  const absent = missingModule(error);
  if (absent !== undefined) return ofMissingPackage(absent, call?.file ?? place.file, place, context);
  const causes = causesOf(error);
  const file = place.file ?? call?.file;
  return {
    code: 'step-failed',
    message: file === undefined ? `\`${context.step}\` failed: ${describe(error)}` : `${who(call, place, file)} ${did(error)}`,
    ...(error instanceof EndedByUserCode && { hint: 'let the function return or throw: the process belongs to the run' }),
    ...located(place, file),
    ...stackOf(error, place),
    ...(causes.length > 0 && { causes }),
  };
}

function who(call: UserCodeError | undefined, place: UserStack, file: string): string {
  // The function that the recipe names says more than a nested one, when both are in the same file.
  const name = call !== undefined && call.file === file ? call.functionName : place.functionName?.replace(/^(?:Object|Module)\./, '');
  return name === undefined || name === '<anonymous>' ? file : `\`${name}\` in ${file}`;
}

function did(error: unknown): string {
  return error instanceof EndedByUserCode ? `called process.exit(${error.exitCode})` : `threw ${describe(error)}`;
}

function ofDiagnostic(diagnostic: Diagnostic, place: UserStack, { root }: FailureContext): Failure {
  const { code, message, hint, span } = diagnostic;
  const where = span === undefined ? located(place, undefined) : { file: span.file, ...lineAndColumn(resolve(root, span.file), span) };
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...where,
    ...(code === 'missing-package' && { exitCode: MISSING_PACKAGE_EXIT }),
  };
}

/** Mistakes with places in the recipe, each below the section of the step. */
function ofProblems({ diagnostic, problems, sections }: StepProblems, { step }: FailureContext): Failure {
  const parts = problems.map(
    ({ place, ...said }): Failure => ({
      ...said,
      ...(place !== undefined && { place: { ...place, path: ['steps', step, ...place.path] } }),
    }),
  );
  const shown = sections.length === 0 ? {} : { sections: sections as unknown as Json };
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return { ...only, ...shown };
  return { code: diagnostic.code, message: diagnostic.message, parts, ...shown };
}

function ofMissingPackage(
  { name, importer }: MissingModule,
  file: string | undefined,
  place: UserStack,
  { root }: FailureContext,
): Failure {
  const who = importer ?? file;
  return {
    code: 'missing-package',
    message: `${who === undefined ? 'the step' : `\`${who}\``} imports \`${name}\`, which is not installed`,
    hint: installHint(name, root),
    ...located(place, file),
    exitCode: MISSING_PACKAGE_EXIT,
  };
}

function located(place: UserStack, file: string | undefined): Pick<Failure, 'file' | 'line' | 'column'> {
  if (place.file !== undefined && place.line !== undefined && place.column !== undefined)
    return { file: place.file, line: place.line, column: place.column };
  return file === undefined ? {} : { file };
}

/** Without a frame of the user the fault may be ours, and every frame counts. */
function stackOf(error: unknown, place: UserStack): { readonly stack?: string } {
  if (place.file !== undefined) return { stack: place.stack };
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
}

function lineAndColumn(path: string, span: NonNullable<Diagnostic['span']>): { readonly line?: number; readonly column?: number } {
  try {
    return positionOf(readFileSync(path, 'utf8'), span);
  } catch {
    return {};
  }
}

/** User code may call user code; the deepest error is the one that happened. */
function innermost(error: UserCodeError): unknown {
  let { cause } = error;
  while (cause instanceof UserCodeError) ({ cause } = cause);
  return cause;
}

/** Also of another copy of this package, which a project may have installed. */
function diagnosticOf(error: unknown): Diagnostic | undefined {
  if (!(error instanceof Error) || error.name !== 'DiagnosticError') return undefined;
  return (error as { diagnostic?: Diagnostic }).diagnostic;
}

function problemsOf(error: unknown): StepProblems | undefined {
  return error instanceof StepProblems ? error : undefined;
}

interface MissingModule {
  readonly name: string;
  /** The installed package that asked for it, when it was not the user's code. */
  readonly importer?: string;
}

/** The package that Node did not find, from its error. Files that are missing are not packages. */
function missingModule(error: unknown): MissingModule | undefined {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: '' };
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const specifier = /^Cannot find (?:package|module) '([^'./\\][^'\\]*)'/.exec(message)?.[1];
  if (specifier === undefined || /^[A-Za-z]:|^file:/.test(specifier)) return undefined;
  const importer = /(?:imported from|Require stack:\n-) .*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(message)?.[1];
  return { name: packageOf(specifier), ...(importer !== undefined && { importer: importer.replace('\\', '/') }) };
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function causesOf(error: unknown): readonly string[] {
  const causes: string[] = [];
  for (
    let cause = (error as { cause?: unknown } | undefined | null)?.cause;
    cause !== undefined && causes.length < 8;
    cause = (cause as { cause?: unknown } | null)?.cause
  ) {
    causes.push(describe(cause));
  }
  return causes;
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : `${error.name}: ${error.message}`;
  return inspect(error, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}
