/**
 * Refuses a text that is nested deeper than the parser of YAML can follow: it calls itself for each level, and a
 * process that has no stack left may end without a word. Nearly every file is judged by counting characters.
 */
import { Lexer } from 'yaml';

/** Brackets within brackets. */
const MOST_LEVELS = 100;
/** A level of a block takes a column at least, and lists within lists stand on one line. */
const DEEPEST_COLUMN = 200;
const DEEP_LINE = new RegExp(`^[ \\t?:-]{${DEEPEST_COLUMN}}`, 'mu');

/** Tokens that stand for nothing in the text: the beginning of a document, a scalar, the end of a flow. */
const UNWRITTEN: readonly string[] = ['\u0002', '\u0018', '\u001f'];

/** The offset where the text is too deep; `undefined` for one that can be parsed. */
export function tooDeepAt(text: string): number | undefined {
  const line = DEEP_LINE.exec(text);
  if (line !== null) return line.index + DEEPEST_COLUMN - 1;
  const brackets = text.match(/[[{]/g)?.length ?? 0;
  return brackets > MOST_LEVELS ? deepBracket(text) : undefined;
}

/** Only the lexer knows which brackets stand in quotes and comments. */
function deepBracket(text: string): number | undefined {
  let offset = 0;
  let level = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') level++;
    else if (token === ']' || token === '}') level = Math.max(0, level - 1);
    if (level > MOST_LEVELS) return offset;
    if (!UNWRITTEN.includes(token)) offset += token.length;
  }
  return undefined;
}
