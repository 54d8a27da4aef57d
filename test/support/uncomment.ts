/** What a person does with the suggestions of a new recipe.yaml: takes away the `# ` of some lines. */

const SUGGESTION = /^( *)# ( *)(\S.*?: .*)$/u;
const HEAD = /^( *)# (columns|split):$/u;

/** The suggested lines, without those that only open a section. */
export function suggestedLines(recipe: string): readonly number[] {
  return recipe
    .split('\n')
    .flatMap((line, index) =>
      SUGGESTION.test(line) && !HEAD.test(line) && !/^# (?:yaml-language-server|Suggestions)/u.test(line) ? [index] : [],
    );
}

/** The recipe with these lines in force, and the heads of their sections. */
export function uncomment(recipe: string, chosen: readonly number[]): string {
  const lines = recipe.split('\n');
  const open = (index: number): void => {
    lines[index] = (lines[index] as string).replace('# ', '');
  };
  const heads = new Set<number>();
  for (const index of chosen) {
    const indented = /^ *# {2,}/u.test(lines[index] as string);
    for (let at = index - 1; indented && at >= 0; at--) {
      if (!HEAD.test(lines[at] as string)) continue;
      heads.add(at);
      break;
    }
  }
  for (const index of new Set([...chosen, ...heads])) open(index);
  return lines.join('\n');
}
