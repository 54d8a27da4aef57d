/** The text of a new recipe.yaml: five lines, and suggestions as comments that are valid when their `#` is taken away. */
import type { Suggestion } from './suggestions.ts';

export const MODELINE = '# yaml-language-server: $schema=./node_modules/mlrecipe/schema/recipe.schema.json';

export interface RecipeWords {
  readonly template: string;
  readonly reason: string;
  readonly target: string;
  readonly location: string;
  /** Written only when the name of the file does not say it. */
  readonly using?: string;
  readonly delimiter?: string;
  readonly suggestions: readonly Suggestion[];
}

export function recipeText({ template, reason, target, location, using, delimiter, suggestions }: RecipeWords): string {
  const of = (section: Suggestion['section']): readonly Suggestion[] => suggestions.filter((one) => one.section === section);
  const lines = [
    MODELINE,
    `recipe: ${template} # ${comment(reason)}`,
    `target_col: ${scalar(target)}`,
    ...of('recipe').map((one) => entry(one, '# ')),
    'steps:',
    '  ingest:',
    `    location: ${scalar(location)}`,
    ...(using === undefined ? [] : [`    using: ${using}`]),
    ...(delimiter === undefined ? [] : [`    delimiter: ${JSON.stringify(delimiter)}`]),
    ...section('  # split:', '  #   ', of('split')),
  ];
  const columns = section('# columns:', '#   ', of('columns'));
  if (columns.length > 0) lines.push('', '# Suggestions: take `# ` from `columns:` and from each line that you want.', ...columns);
  return `${lines.join('\n')}\n`;
}

function section(head: string, indent: string, suggestions: readonly Suggestion[]): readonly string[] {
  return suggestions.length === 0 ? [] : [head, ...suggestions.map((one) => entry(one, indent))];
}

function entry({ key, value, reason }: Suggestion, indent: string): string {
  return `${indent}${scalar(key)}: ${value} # ${comment(reason)}`;
}

/** Plain where nobody could read it otherwise, else in quotes: JSON is YAML. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z_./][\w./-]*$/u.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|none|\.inf|\.nan|[.\d_]+)$/iu.test(text);
  // A masked placeholder is sought in the text, quoted or not; `<<` merges, quoted or not.
  return isPlain
    ? text
    : JSON.stringify(text).replace(
        /[\p{Cc}\p{Zl}\p{Zp}\ufeff]/gu,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}

/** A comment is one line, and shows no placeholder: the recipe has them replaced everywhere. */
function comment(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('{{', '{ {')
    .replaceAll('{%', '{ %');
}
