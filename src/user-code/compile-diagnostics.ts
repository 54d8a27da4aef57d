/** What esbuild says about user code, as diagnostics with offsets into the source. */
import type { Message } from 'esbuild';
import type { Diagnostic, RelatedSpan, Span } from '../diagnostics/diagnostic.ts';

/** The text of a source file by its path relative to the root; `undefined` when it cannot be read. */
export type SourceText = (file: string) => string | undefined;

/** Says that an `import()` names its module by an expression. */
export const COMPUTED_IMPORT = 'unsupported-dynamic-import';

export function fileNotFound(file: string, near: string | undefined): Diagnostic {
  return {
    code: 'file-not-found',
    severity: 'error',
    message: `the step file \`${file}\` does not exist`,
    ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
  };
}

export function compileError(file: string, message: Message, textOf: SourceText): Diagnostic {
  const where = message.location?.file ?? file;
  const unresolved = /^Could not resolve "(.*)"$/.exec(message.text)?.[1];
  return {
    code: 'step-code',
    severity: 'error',
    message:
      unresolved === undefined
        ? `\`${where}\` cannot be compiled: ${lowerFirst(message.text)}`
        : `\`${where}\` imports \`${unresolved}\`, which does not exist`,
    ...placeOfMessage(message, textOf),
    ...related(message, textOf),
  };
}

export function compileWarning(file: string, message: Message, textOf: SourceText): Diagnostic {
  const where = message.location?.file ?? file;
  if (message.id === COMPUTED_IMPORT) {
    return {
      code: 'step-code',
      severity: 'warning',
      message: `\`${where}\` imports a module by a computed name, so edits of that module will not re-run the step`,
      ...placeOfMessage(message, textOf),
      label: 'not a literal',
      hint: 'name the module by a literal, such as `import("./model.ts")`',
    };
  }
  return {
    code: 'step-code',
    severity: 'warning',
    message: `\`${where}\`: ${lowerFirst(message.text)}`,
    ...placeOfMessage(message, textOf),
    ...related(message, textOf),
  };
}

/** esbuild itself is not usable, which happens when its binary for this platform was not installed. */
export function compilerUnusable(error: unknown): Diagnostic {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  return {
    code: 'missing-package',
    severity: 'error',
    message: `the compiler of step files cannot start: ${reason}`,
    hint: 'install again without `--omit=optional`',
  };
}

export function placeOfMessage(message: { readonly location: Message['location'] }, textOf: SourceText): { readonly span?: Span } {
  const { location } = message;
  const text = location === null ? undefined : textOf(location.file);
  if (location === null || text === undefined) return {};
  const lineStart = startOfLine(text, location.line);
  const start = lineStart + utf16Length(location.lineText, location.column);
  const end = lineStart + utf16Length(location.lineText, location.column + location.length);
  return { span: { file: location.file, start, end: Math.min(Math.max(end, start), text.length) } };
}

function related(message: Message, textOf: SourceText): { readonly related?: readonly RelatedSpan[] } {
  const spans: RelatedSpan[] = [];
  for (const note of message.notes) {
    const { span } = placeOfMessage(note, textOf);
    if (span !== undefined) spans.push({ span, message: lowerFirst(note.text).replace(/:$/, '') });
  }
  return spans.length === 0 ? {} : { related: spans };
}

/** esbuild counts columns in bytes of UTF-8; spans count UTF-16 units. */
function utf16Length(line: string, bytes: number): number {
  return Buffer.from(line, 'utf8').subarray(0, bytes).toString('utf8').length;
}

/** Offset of a 1-based line. Lines end as ECMAScript says. */
function startOfLine(text: string, line: number): number {
  const breaks = /\r\n|[\n\r\u2028\u2029]/g;
  for (let passed = 1; passed < line; passed++) if (breaks.exec(text) === null) return text.length;
  return breaks.lastIndex;
}

/** esbuild does not say where an external import stands, so the quoted specifier is looked for. */
export function findImport(file: string, specifier: string, textOf: SourceText): Span | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const quoted = `(["'])${specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1`;
  const found = new RegExp(`\\b(?:from|import)\\s*${quoted}`).exec(text) ?? new RegExp(quoted).exec(text);
  if (found === null) return undefined;
  const end = found.index + found[0].length;
  return { file, start: end - specifier.length - 2, end };
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
