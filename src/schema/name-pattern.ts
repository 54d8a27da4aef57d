/**
 * Rules for columns, by name or by pattern: `*` stands for any characters, `?` for one. A name may come
 * from data, so it may be `__proto__`; a column whose name holds a `*` is found by exactly that name.
 */

/** Whether a key of `columns` can mean several columns. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Whether a pattern covers a name from its first to its last character. Upper and lower case differ. */
export function matches(pattern: string, name: string): boolean {
  let at = 0;
  let inName = 0;
  let star = -1;
  let afterStar = 0;
  // Only the last `*` ever has to give way, so the time is at most that of both lengths multiplied: a regular
  // expression tries every length of every `*`.
  while (inName < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      afterStar = inName;
    } else if (pattern[at] === '?') {
      inName += widthAt(name, inName);
      at++;
    } else if (at < pattern.length && pattern[at] === name[inName]) {
      inName++;
      at++;
    } else if (star !== -1) {
      afterStar += widthAt(name, afterStar);
      inName = afterStar;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** UTF-16 units of the character at a place. */
function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/**
 * What the rules say of a name: the rule of exactly this name, else that of the longest pattern that
 * covers it (of two of one length the later one in code-unit order), else nothing.
 */
export function ruleOf<V>(rules: Readonly<Record<string, V>>, name: string): V | undefined {
  if (Object.hasOwn(rules, name)) return rules[name];
  let found: string | undefined;
  for (const pattern of Object.keys(rules)) {
    if (isPattern(pattern) && isCloser(pattern, found) && matches(pattern, name)) found = pattern;
  }
  return found === undefined ? undefined : rules[found];
}

function isCloser(pattern: string, than: string | undefined): boolean {
  return than === undefined || pattern.length > than.length || (pattern.length === than.length && pattern > than);
}
