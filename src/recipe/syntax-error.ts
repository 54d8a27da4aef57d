/**
 * A syntax error of the YAML parser in our words, at the place where the mistake is: the parser tells
 * where it stumbled, which for an open quote is the end of the file.
 */
import { type Document, isScalar, visit, type YAMLError } from 'yaml';

export interface SyntaxMistake {
  readonly message: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly hint?: string;
}

const NOT_A_PAIR = 'this line is neither `key: value` nor a list item; check the indentation';

export function syntaxMistake(error: YAMLError, document: Document, text: string): SyntaxMistake {
  const start = Math.min(error.pos[0], text.trimEnd().length);
  const end = Math.max(start, Math.min(error.pos[1], text.length));
  const at = (message: string, hint?: string): SyntaxMistake => ({ message, start, end, ...(hint !== undefined && { hint }) });
  const { code, message } = error;
  switch (code) {
    case 'TAB_AS_INDENT':
      return at('a tab is not allowed as indentation; use spaces');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return deeperLine(text, start) ?? at(VALUE_WITH_COLON);
    case 'MULTILINE_IMPLICIT_KEY':
      return at(NOT_A_PAIR);
    case 'BLOCK_IN_FLOW':
      return at('a comma is missing between two entries, or a bracket before them is not closed');
    case 'MISSING_CHAR':
      return missingCharacter(error, document, text) ?? at(message.startsWith('Implicit map keys') ? NOT_A_PAIR : plain(message));
    case 'BAD_INDENT':
      return openBracket(message, at) ?? at(message.startsWith('All ') ? NOT_ALIGNED : plain(message));
    case 'UNEXPECTED_TOKEN':
      return patternWithoutQuotes(text, start) ?? unexpected(message, text, start, at);
    case 'BAD_DQ_ESCAPE':
      return unknownEscape(text, start);
    case 'MULTIPLE_DOCS':
      return at('the file has a second document after `---`; keep one');
    case 'TAG_RESOLVE_FAILED':
      return at(`tags such as \`${text.slice(start, end)}\` are not supported`, 'write the value without it');
    default:
      return at(plain(message));
  }
}

const VALUE_WITH_COLON = 'a mapping cannot begin on the line of a value; check the indentation, or quote a value that contains `: `';
const NOT_ALIGNED = 'this line begins in another column than the keys that it belongs with; check the indentation';

/** When the value itself has no colon, it is the next line that is indented too far. */
function deeperLine(text: string, start: number): SyntaxMistake | undefined {
  const [value = ''] = /^[^\n]*/u.exec(text.slice(start)) ?? [];
  if (/:(?:\s|$)/u.test(value)) return undefined;
  const next = /^\s*([^\s#][^\n\r]*)/u.exec(text.slice(start + value.length));
  if (next?.[1] === undefined) return undefined;
  const first = start + value.length + next[0].length - next[1].length;
  const message = 'this line is indented further than the keys that it belongs with';
  return { message, start: first, end: first + next[1].trimEnd().length };
}

function missingCharacter(error: YAMLError, document: Document, text: string): SyntaxMistake | undefined {
  const { message, pos } = error;
  if (message.startsWith('Flow '))
    return openBracket(message, (words) => ({ message: words, start: Math.min(pos[0], text.trimEnd().length), end: pos[0] }));
  if (!message.startsWith('Missing closing')) return undefined;
  let opening: number | undefined;
  visit(document, {
    Scalar: (_, node) => {
      const [from, to] = node.range ?? [0, 0];
      if (isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') && from <= pos[0] && pos[0] <= to)
        opening = from;
    },
  });
  const start = opening ?? pos[0];
  return { message: 'a quoted text is not closed', start, end: start + 1, hint: `write \`${text[start] === "'" ? "'" : '"'}\` at its end` };
}

/** From the text: the parser's own message ends in the middle of a character that takes two units. */
function unknownEscape(text: string, start: number): SyntaxMistake {
  const [written = '\\'] = /^\\(?:[xuU][\da-fA-F]*|.)/u.exec(text.slice(start)) ?? [];
  return {
    message: `\`${written}\` means nothing within double quotes`,
    start,
    end: start + written.length,
    hint: 'use single quotes, or `/` in a path',
  };
}

function openBracket(message: string, at: (words: string) => SyntaxMistake): SyntaxMistake | undefined {
  const bracket = /^Flow .* end with a ([\]}])/u.exec(message)?.[1];
  return bracket === undefined ? undefined : at(`a \`${bracket === ']' ? '[' : '{'}\` is not closed with \`${bracket}\``);
}

/** `*_id: …`: what begins with a star refers to an anchor, up to the next blank. */
function patternWithoutQuotes(text: string, start: number): SyntaxMistake | undefined {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const [, indent = '', name] = /^(\s*)(\*[^\s:,{}[\]]*):\s+$/u.exec(text.slice(line, start)) ?? [];
  if (name === undefined) return undefined;
  const from = line + indent.length;
  return { message: 'a name that begins with `*` needs quotes', start: from, end: from + name.length, hint: `write \`"${name}":\`` };
}

function unexpected(message: string, text: string, start: number, at: (words: string, hint?: string) => SyntaxMistake): SyntaxMistake {
  if (/flow-(?:map|seq)-end/u.test(message)) return at(`this \`${text[start] ?? ''}\` closes nothing`, 'remove it');
  if (/flow-(?:map|seq)-start at node end/u.test(message)) {
    const bracket = `\`${text[start] ?? ''}\``;
    return at(`the value ended before this ${bracket}`, `put quotes around the whole value, or write a colon before ${bracket}`);
  }
  if (!message.startsWith('Unexpected scalar')) return at(plain(message));
  const before = text.slice(0, start).trimEnd().at(-1);
  return at(
    'the value ended before this text',
    before === "'" ? "write an apostrophe within single quotes twice: `''`" : 'put quotes around the whole value',
  );
}

function plain(message: string): string {
  const first = (message.split('\n')[0] ?? '').replace(/[.:\s]+$/u, '');
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}
