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
  return expressionOf(pattern).test(name);
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

const compiled = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  // Several `*` in a row are one: each would try every length of the ones before it.
  const source = pattern
    .replace(/\*+/g, '*')
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'su');
  compiled.set(pattern, expression);
  return expression;
}
