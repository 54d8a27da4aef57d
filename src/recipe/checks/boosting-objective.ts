/**
 * `steps.train.estimator_params` of gradient boosting: whether objective, what belongs to an objective and
 * the metric of early stopping fit each other and the task. Fitting would refuse them, minutes later.
 */
import { listNames } from '../../diagnostics/suggest.ts';
import { METRIC_NAMES, type Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';

const PLACE = ['steps', 'train', 'estimator_params'] as const;

/** Parameters that only some objectives read. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
  alpha: ['quantile', 'huber'],
  tweedie_variance_power: ['tweedie'],
};
const LOG_LINKS: readonly string[] = ['poisson', 'tweedie'];

export function checkBoostingObjective(view: RecipeView, task: Task | undefined): void {
  const using = view.text('steps', 'train', 'using') ?? (view.has('steps', 'train', 'estimator_method') ? 'custom' : 'gradient_boosting');
  if (using !== 'gradient_boosting' || view.hasErrorAt([...PLACE, 'objective'])) return;
  const objective = view.text(...PLACE, 'objective') ?? 'auto';
  if (view.isUnknown(...PLACE, 'objective')) return;
  if (task !== undefined) {
    checkTask(view, task, objective);
    checkEvalMetric(view, task);
  }
  for (const [name, owners] of Object.entries(BELONGS)) {
    if (!view.has(...PLACE, name) || owners.includes(objective)) continue;
    view.report({
      code: 'bad-value',
      path: [...PLACE, name],
      at: 'key',
      message: `\`${name}\` belongs to ${owners.length === 1 ? 'the objective' : 'the objectives'} ${listNames(owners)}; the objective here is \`${objective}\``,
      hint: `write \`objective: ${owners[0]}\`, or remove \`${name}\``,
    });
  }
  if (view.flag(...PLACE, 'log_target') === true && LOG_LINKS.includes(objective))
    view.report({
      code: 'bad-value',
      path: [...PLACE, 'log_target'],
      at: 'key',
      message: `\`log_target\` cannot be combined with the objective \`${objective}\`, which has a log link itself`,
      hint: 'remove `log_target`',
    });
}

function checkTask(view: RecipeView, task: Task, objective: string): void {
  const isOfClasses = objective === 'log_loss';
  if (objective === 'auto' || isOfClasses === (task === 'classification')) return;
  view.report({
    code: 'bad-value',
    path: [...PLACE, 'objective'],
    at: 'value',
    message: `the objective \`${objective}\` is for ${isOfClasses ? 'classes' : 'numbers'}; this recipe is a ${task}`,
    hint: `remove the line: ${isOfClasses ? '`squared_error`' : '`log_loss`'} is what \`auto\` means here`,
  });
}

function checkEvalMetric(view: RecipeView, task: Task): void {
  const path = [...PLACE, 'eval_metric'];
  const metric = view.text(...path);
  const other: Task = task === 'regression' ? 'classification' : 'regression';
  if (metric === undefined || METRIC_NAMES[task].includes(metric) || !METRIC_NAMES[other].includes(metric)) return;
  view.report({
    code: 'bad-value',
    path,
    at: 'value',
    message: `\`${metric}\` is a metric of ${other}; this recipe is a ${task}`,
    hint: `write ${task === 'regression' ? '`mean_absolute_error`' : '`roc_auc`'} or another metric of the task, or \`loss\``,
  });
}
