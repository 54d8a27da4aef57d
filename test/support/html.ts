/** What tests ask of rendered HTML without a browser: is it balanced, which texts does it show, which ids does it give. */

const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** All tags of a document whose markup is strictly balanced and quoted, or the first fault as an error. */
export function readTags(html: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const pattern = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|<[\s\S]{0,40}/g;
  let raw: string | undefined;
  for (let match = pattern.exec(html); match !== null; match = pattern.exec(html)) {
    const [text, closing, name, attributes = '', selfClosing] = match;
    if (raw !== undefined) {
      if (closing !== '/' || name !== raw) {
        pattern.lastIndex = match.index + 1;
        continue;
      }
      raw = undefined;
    }
    if (text === '<!doctype html>') continue;
    if (name === undefined) throw new Error(`stray markup: ${text}`);
    if (closing === '/') {
      const expected = open.pop();
      if (expected !== name) throw new Error(`</${name}> closes <${expected}>`);
      continue;
    }
    tags.push({ name, attributes: new Map([...attributes.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map((a) => [a[1] ?? '', a[2] ?? ''])) });
    if (VOID.has(name) || selfClosing === '/') continue;
    open.push(name);
    if (name === 'script' || name === 'style') raw = name;
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return tags;
}
