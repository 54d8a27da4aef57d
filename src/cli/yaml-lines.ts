/** Values by their paths as the lines of a YAML file, each value on one line. */
import type { Json } from '../schema/json.ts';

export interface YamlLine {
  readonly text: string;
  /** Of a line with a value. */
  readonly origin?: string;
}

interface PlacedValue {
  readonly path: readonly (string | number)[];
  readonly value: Json;
  readonly origin: string;
}

/** Values below one mapping or list must follow each other. */
export function yamlLines(values: readonly PlacedValue[]): readonly YamlLine[] {
  const lines: YamlLine[] = [];
  let open: readonly (string | number)[] = [];
  for (const { path, value, origin } of values) {
    let shared = 0;
    while (shared < path.length - 1 && shared < open.length && path[shared] === open[shared]) shared++;
    // The item of a list begins on the line of its first key.
    let dash = '';
    for (let depth = shared; depth < path.length; depth++) {
      const segment = path[depth] as string | number;
      const isLast = depth === path.length - 1;
      if (typeof segment === 'number') {
        if (isLast) lines.push({ text: `${indent(depth)}${dash}- ${yamlValue(value)}`, origin });
        else dash = `${dash}- `;
        continue;
      }
      const start = `${indent(depth - dash.length / 2)}${dash}${yamlKey(segment)}:`;
      lines.push(isLast ? { text: `${start} ${yamlValue(value)}`, origin } : { text: start });
      dash = '';
    }
    open = path.slice(0, -1);
  }
  return lines;
}

function indent(depth: number): string {
  return '  '.repeat(Math.max(0, depth));
}

export function yamlKey(name: string): string {
  return isPlain(name) ? name : JSON.stringify(name);
}

/** On one line: texts in double quotes where they could be read as something else. */
export function yamlValue(value: Json): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => yamlValue(item as Json)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([name, inner]) => `${yamlKey(name)}: ${yamlValue(inner as Json)}`);
  return `{${entries.join(', ')}}`;
}

/** Letters first, so that it is no number and no date; no word that YAML 1.1 or 1.2 reads as something else. */
function isPlain(text: string): boolean {
  return /^[A-Za-z_./](?:[\w./@ -]|:(?! |$))*(?<! )$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n|\.(?:nan|inf))$/i.test(text);
}
