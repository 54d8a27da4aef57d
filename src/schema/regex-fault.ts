/**
 * What is certainly wrong with a regular expression of the data engine's kind (RE2), told without the
 * engine. Says nothing where it cannot be sure: the engine judges it when the step runs.
 */

/** Beyond RE2, which reads every text in linear time. */
const NOT_IN_RE2: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/u, 'it looks ahead or behind (`(?=`, `(?!`, `(?<=`, `(?<!`), which is not supported'],
  [/^\\[1-9]/u, 'it refers back to a group (`\\1`), which is not supported'],
  [/^\(\?>/u, 'it has an atomic group (`(?>`), which is not supported'],
];

export function regexFault(pattern: string): string | undefined {
  // Brackets that hold a bracket or a class by name end elsewhere than JavaScript thinks.
  if (/\[\^?\]|\[:/u.test(pattern)) return undefined;
  for (const piece of piecesOf(pattern)) {
    const found = NOT_IN_RE2.find(([form]) => form.test(piece));
    if (found !== undefined) return found[1];
  }
  // Elsewhere RE2 repeats what JavaScript does not, such as the end of a word.
  if (/^[*+?]/u.test(pattern)) return `there is nothing before \`${pattern[0]}\` that it could repeat`;
  try {
    // Flags and named groups are written otherwise there.
    new RegExp(
      pattern
        .replace(/(?<!\\)\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)(?::|\))/gu, (flags) => (flags.endsWith(':') ? '(?:' : ''))
        .replaceAll('(?P<', '(?<'),
    );
    return undefined;
  } catch (error) {
    return FAULTS.find(([form]) => form.test((error as Error).message))?.[1];
  }
}

/** The messages of V8 that tell of what no dialect knows. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/Unterminated group/u, 'a parenthesis is not closed'],
  [/Unmatched '\)'/u, 'a parenthesis is closed that was not opened'],
  [/Unterminated character class/u, 'a bracket is not closed'],
  [/Range out of order/u, 'a range such as `[z-a]` runs backwards'],
  [/numbers out of order/u, 'the numbers in braces run backwards'],
  [/\\ at end of pattern/u, 'it ends with a backslash'],
];

/** Groups and escapes outside of brackets, each from where it begins. */
function* piecesOf(pattern: string): Generator<string> {
  let isClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (!isClass && (character === '\\' || character === '(')) yield pattern.slice(at, at + 4);
    if (character === '\\') at++;
    else if (character === '[') isClass = true;
    else if (character === ']') isClass = false;
  }
}
