/** What `steps.train` says of classes and folds: keys that fit the task and each other. */
import type { RecipeView } from '../view.ts';
import { unused } from './sections.ts';

const OF_CLASSES = ['class_weight', 'calibrate_proba', 'threshold', 'rebalance_training_data', 'resampling_minority_percentage'] as const;

export function checkClasses(view: RecipeView, task: 'regression' | 'classification' | undefined): void {
  checkFoldsInTime(view);
  if (task === 'regression') {
    for (const key of OF_CLASSES)
      if (view.has('steps', 'train', key) && view.flag('steps', 'train', key) !== false)
        unused(view, ['steps', 'train', key], 'the target of a regression has no classes');
    if (view.has('steps', 'train', 'cross_validation', 'stratify'))
      unused(view, ['steps', 'train', 'cross_validation', 'stratify'], 'the target of a regression has no classes');
    return;
  }
  checkRebalancing(view);
  checkThreshold(view);
}

function checkRebalancing(view: RecipeView): void {
  const percentage = ['steps', 'train', 'resampling_minority_percentage'];
  if (!view.has(...percentage) || view.isUnknown('steps', 'train', 'rebalance_training_data')) return;
  if (view.flag('steps', 'train', 'rebalance_training_data') === true) return;
  // MLflow Recipes rebalances unless told not to, and says so nowhere.
  if (view.flag('steps', 'train', 'rebalance_training_data') === false) unused(view, percentage, '`rebalance_training_data` is `false`');
  else if (!view.has('steps', 'train', 'rebalance_training_data'))
    view.report({
      code: 'unused-key',
      severity: 'warning',
      path: percentage,
      at: 'key',
      message:
        '`steps.train.resampling_minority_percentage` has no effect: rows are left out only where `rebalance_training_data` asks for it',
      hint: 'add `rebalance_training_data: true`, or remove it',
    });
}

function checkThreshold(view: RecipeView): void {
  const path = ['steps', 'train', 'threshold'];
  if (view.has(...path, 'metric') && view.has(...path, 'cost'))
    view.report({
      code: 'bad-value',
      path: [...path, 'cost'],
      at: 'key',
      message: '`threshold` is chosen by `metric` or by `cost`, not by both',
      hint: 'remove one of them',
    });
  const costs = ['false_positive', 'false_negative'].map((kind) => view.find(...path, 'cost', kind));
  if (costs.every((cost) => cost?.kind === 'scalar' && cost.value === 0))
    view.report({
      code: 'bad-value',
      path: [...path, 'cost'],
      at: 'key',
      message: '`threshold.cost` must have a mistake that costs something; both are 0',
      hint: 'write what a mistake of each kind costs, such as `{false_positive: 1, false_negative: 5}`',
    });
}

/** Folds are drawn: most of them would learn from rows that come after those they are measured on. */
function checkFoldsInTime(view: RecipeView): void {
  const path = ['steps', 'train', 'cross_validation'];
  const time = view.names('columns').find((name) => view.text('columns', name, 'role') === 'time');
  if (time === undefined || !view.has(...path) || view.flag(...path) === false) return;
  view.report({
    code: 'bad-value',
    path,
    at: 'key',
    message: `\`cross_validation\` would learn from rows that come after those it is measured on: \`${time}\` has the role \`time\``,
    hint: 'remove `cross_validation`; the test rows are the last in time and say how good the model is',
  });
}
