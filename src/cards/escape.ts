/**
 * The only places where text from a recipe, a data file or a user's code becomes markup.
 * Column names, class names, paths and messages are hostile until they went through here.
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
};

/** Text for an element or a quoted attribute. */
export function esc(text: string): string {
  return text.replace(/[&<>"'`=]/g, (character) => ENTITIES[character] ?? '');
}

/** A sentence of ours, in which names stand in backticks: escaped, and the names set as code. */
export function escProse(text: string): string {
  return esc(text).replace(/&#96;((?:(?!&#96;)[^\n])+)&#96;/g, '<code>$1</code>');
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element. */
export function escJson(json: string): string {
  return json
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/**
 * Text for one line of Markdown, inside a table or out of it. Underscores inside words stay as they
 * are: GitHub does not read them as emphasis and metric names stay readable in the source.
 */
export function escMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\|`*[\]~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^(#|[-+]\s|\d+\.\s)/, '\\$1')
    .replace(/[&<>@]/g, (character) => (character === '@' ? '&#64;' : (ENTITIES[character] ?? '')));
}

/**
 * The address of a link, or nothing: http, https, or a path relative to the card. `javascript:`, `data:`,
 * protocol-relative and back-slashed addresses are refused, and so is what a path would have percent-encoded.
 */
export function safeUrl(address: string): string | undefined {
  if (/[\p{Cc}\s\\"'`<>]/u.test(address)) return undefined;
  if (/^https?:\/\//i.test(address)) return address;
  if (address.startsWith('//') || /^[^/?#]*:/.test(address)) return undefined;
  return address;
}

/** Characters that draw nothing and change how their neighbours are drawn: controls, direction overrides, half pairs. */
const INVISIBLE = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

/** The value with every text cleaned of `INVISIBLE`, at any depth; they show as `�`. Line ends and tabs stay. */
export function visible<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n').replace(INVISIBLE, '\ufffd') as T;
  if (Array.isArray(value)) return value.map((entry) => visible(entry)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, visible(entry)])) as T;
  }
  return value;
}

/** At most `length` characters, the middle replaced by `…`: both ends of a name tell it from its neighbours. */
export function cutMiddle(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ');
  if (line.length <= length) return line;
  const characters = Array.from(line);
  if (characters.length <= length) return line;
  const head = Math.ceil((length - 1) / 2);
  const tail = length - 1 - head;
  return `${characters.slice(0, head).join('')}…${tail > 0 ? characters.slice(-tail).join('') : ''}`;
}

/** The longest value that a cell shows: a cell is for reading, the data holds the rest. */
const MAX_TEXT = 200;

/** At most `length` characters, the end replaced by `…`: prose says the important thing first. */
export function cutEnd(text: string, length: number = MAX_TEXT): string {
  if (text.length <= length) return text;
  const characters = Array.from(text);
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
