/** `steps.train.estimator_params` of a linear model: whether they go together and with the task. Fitting would refuse them, minutes later. */
import { linearConflicts } from '../../schema/linear-conflicts.ts';
import { toValue } from '../located.ts';
import type { Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';

const PLACE = ['steps', 'train', 'estimator_params'] as const;
/** What decides which other parameters count. */
const DECIDING = ['penalty', 'solver', 'loss', 'learning_rate'] as const;

export function checkLinearParams(view: RecipeView, task: Task | undefined): void {
  if (view.text('steps', 'train', 'using') !== 'linear') return;
  const params = view.find(...PLACE);
  if (params === undefined || view.hasErrorAt(PLACE)) return;
  const isOpen = (name: string): boolean =>
    view.isUnknown(...PLACE, name) || view.hasErrorAt([...PLACE, name]) || view.has('steps', 'train', 'tuning', 'parameters', name);
  if (DECIDING.some(isOpen)) return;
  const written = toValue(params);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return;
  // Nothing was written where the value is null.
  const values = Object.fromEntries(Object.entries(written).filter(([name, value]) => value !== null && !isOpen(name)));
  for (const { name, message, hint } of linearConflicts(values, task))
    view.report({ code: 'bad-value', path: [...PLACE, name], at: 'key', message, hint });
}
