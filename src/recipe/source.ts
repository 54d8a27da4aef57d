/** Reads one file of the recipe into a located tree whose placeholders are still masked. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LocatedNode } from './located.ts';
import { parseYaml } from './parse-yaml.ts';
import { maskPlaceholders, type Placeholder } from './placeholder-scan.ts';

export interface RecipeSource {
  readonly file: string;
  readonly text: string;
  /** Absent when the file has a syntax error. Scalars may hold runs of the masks below. */
  readonly tree: LocatedNode | undefined;
  readonly placeholders: ReadonlyMap<string, Placeholder>;
  readonly diagnostics: readonly Diagnostic[];
}

export function readSource(file: string, text: string): RecipeSource {
  const masked = maskPlaceholders(text);
  if (masked.overflow !== undefined) {
    const { start, end } = masked.overflow;
    const message = 'the file has more placeholders than can be told apart (6,400)';
    return {
      file,
      text,
      tree: undefined,
      placeholders: masked.placeholders,
      diagnostics: [{ code: 'bad-placeholder', severity: 'error', message, span: { file, start, end } }],
    };
  }
  const { tree, diagnostics: found } = parseYaml(masked.text, file);
  const diagnostics = found.map((diagnostic) => ({ ...diagnostic, message: unmask(diagnostic.message, masked.placeholders) }));
  if (tree !== undefined) {
    const notMapping = tree.kind === 'map' || tree.kind === 'hole' ? [] : [notAMapping(tree)];
    return { file, text, tree, placeholders: masked.placeholders, diagnostics: [...diagnostics, ...notMapping] };
  }
  // A line of template logic is what broke the layout, so it is reported in place of the stumble.
  const logic = [...masked.placeholders.values()].filter((placeholder) => !placeholder.content.ok && !isInComment(text, placeholder.start));
  const better = logic.flatMap((placeholder) => malformed(file, placeholder) ?? []);
  return { file, text, tree, placeholders: masked.placeholders, diagnostics: better.length > 0 ? better : diagnostics };
}

/** The diagnostic of a placeholder that is none. */
export function malformed(file: string, { start, end, content }: Placeholder): Diagnostic | undefined {
  if (content.ok) return undefined;
  return { code: 'bad-placeholder', severity: 'error', message: content.problem, span: { file, start, end }, hint: content.hint };
}

export const MASK: RegExp = /([\ue000-\uf8ff])\1*/gu;

/** A text with its placeholders as they were written. */
export function unmask(text: string, placeholders: ReadonlyMap<string, Placeholder>): string {
  return text.replace(MASK, (run, mask: string) => placeholders.get(mask)?.text ?? run);
}

/** Judged by the line alone, which is enough for a file that is refused anyway. */
function isInComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /(?:^|\s)#/u.test(line);
}

function notAMapping(tree: LocatedNode): Diagnostic {
  return {
    code: 'wrong-type',
    severity: 'error',
    message: `\`${tree.span.file}\` must be a mapping of keys to values`,
    span: tree.span,
    hint: tree.kind === 'list' ? 'remove the `- ` before each key' : 'write keys and values, such as `target_col: price`',
  };
}
