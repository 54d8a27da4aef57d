/** `steps.transform.target`: classes have no logarithm. */
import type { RecipeView } from '../view.ts';

export function checkTargetTransform(view: RecipeView, task: 'regression' | 'classification' | undefined): void {
  const path = ['steps', 'transform', 'target'] as const;
  const word = view.text(...path);
  if (word === undefined || task !== 'classification') return;
  view.report({
    code: 'bad-value',
    path,
    at: 'key',
    message: `\`target: ${word}\` is for a regression; a class has no logarithm`,
    hint: 'remove it, or begin with `recipe: regression/v1` when the target is a number',
  });
}
