/** Texts cut to a length, never between the two halves of a character. */

/** The first `length` UTF-16 units, or one less where the last would be half of a character. */
export function beginning(text: string, length: number): string {
  return text.slice(0, characterEdge(text, length));
}

/** At most `length` UTF-16 units, the last of them `…` when something was left out. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${beginning(text, length - 1)}…` : text;
}

/** The offset itself, moved into the text and to the front of a character that it lies within. */
export function characterEdge(text: string, offset: number): number {
  const at = Math.min(Math.max(offset, 0), text.length);
  return /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(Math.max(at - 1, 0), at + 1)) ? at - 1 : at;
}
