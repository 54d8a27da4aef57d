/** What the recipe says of columns without looking at the data. */
import type { RecipeView } from '../view.ts';

export function checkColumns(view: RecipeView): void {
  const target = view.text('target_col');
  if (target === undefined || !view.names('columns').includes(target)) return;
  view.report({
    code: 'bad-value',
    path: ['columns', target],
    at: 'key',
    message: `\`${target}\` is the target and can have no other role`,
    hint: `remove \`${target}\` from \`columns\``,
  });
}
