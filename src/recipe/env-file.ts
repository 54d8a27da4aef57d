/**
 * Files of `NAME=value` lines for `--env-file`. As everywhere: `#` begins a comment where a blank is
 * before it, `export` may stand in front, quotes keep blanks, `\n` means a line break in double quotes,
 * and a quoted value may span lines. Nothing is expanded. A value is never shown.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

const ENTRY = /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/uy;
const QUOTED = /(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`)[ \t]*(?:#[^\n]*)?(?=\r?\n|\r?$)/uy;
const PLAIN = /[^\n]*/uy;
const IGNORED = /[ \t]*(?:#[^\n]*|\r)?(?:\n|$)/uy;

export function parseEnvFile(text: string, file: string): EnvFile {
  const values = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at += found[0].length;
    return found;
  };
  while (at < text.length) {
    const start = at;
    if (take(IGNORED) !== null) continue;
    const name = take(ENTRY)?.[1];
    if (name === undefined) {
      take(PLAIN);
      diagnostics.push(malformed(file, start, start, 'this line is not of the form `NAME=value`'));
    } else if (/["'`]/u.test(text[at] ?? '')) {
      const quote = at;
      const found = take(QUOTED);
      if (found === null) {
        take(PLAIN);
        diagnostics.push(malformed(file, start, quote, `the value of \`${name}\` is not closed, or text follows its quote`));
      } else values.set(name, found[1] === undefined ? (found[2] ?? found[3] ?? '') : unescaped(found[1]));
    } else {
      const value = take(PLAIN)?.[0] ?? '';
      values.set(name, value.replace(/(?:^|[ \t])#.*$/u, '').trim());
    }
    take(/\r?\n/uy);
  }
  return { values: Object.fromEntries(values), diagnostics };
}

/** Up to where the value begins, which may be a secret. */
function malformed(file: string, start: number, end: number, message: string): Diagnostic {
  return { code: 'bad-env-file', severity: 'error', message, span: { file, start, end: Math.max(start, end) } };
}

function unescaped(text: string): string {
  return text.replace(
    /\\([\s\S])/gu,
    (whole, char: string) => ({ n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' })[char] ?? whole,
  );
}
