/** `steps.train.estimator_params` of a forest or a tree: whether they go together and with the task. Fitting would refuse them, minutes later. */
import { forestConflicts } from '../../schema/forest-conflicts.ts';
import { toValue } from '../located.ts';
import type { Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';

const PLACE = ['steps', 'train', 'estimator_params'] as const;
/** Whether rows are drawn with replacement unless the recipe says. */
const BOOTSTRAP: Readonly<Record<string, boolean>> = { random_forest: true, extra_trees: false, decision_tree: true };
const DECIDING = ['criterion', 'bootstrap', 'max_samples', 'oob_score'] as const;

export function checkForestParams(view: RecipeView, task: Task | undefined): void {
  const bootstrap = BOOTSTRAP[view.text('steps', 'train', 'using') ?? ''];
  const params = view.find(...PLACE);
  if (bootstrap === undefined || params === undefined || view.hasErrorAt(PLACE)) return;
  const isOpen = (name: string): boolean =>
    view.isUnknown(...PLACE, name) || view.hasErrorAt([...PLACE, name]) || view.has('steps', 'train', 'tuning', 'parameters', name);
  if (DECIDING.some(isOpen)) return;
  const written = toValue(params);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return;
  // Nothing was written where the value is null.
  const values = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null));
  for (const { name, message, hint } of forestConflicts(values, bootstrap, task))
    view.report({ code: 'bad-value', path: [...PLACE, name], at: 'value', message, hint });
}
