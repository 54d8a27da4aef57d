/** Metric names, custom metrics and classes: whether they fit the task that the recipe names. */
import { listNames } from '../../diagnostics/suggest.ts';
import type { Path } from '../located.ts';
import { closestMetric, METRIC_NAMES, type Task } from '../metric-names.ts';
import type { RecipeView } from '../view.ts';

export function checkMetrics(view: RecipeView, task: Task | undefined): void {
  checkCustomMetrics(view, task);
  // Without a valid template nothing is known of the task, and that mistake was reported.
  if (task === undefined) return;
  if (!view.isUnknown('custom_metrics')) {
    checkMetric(view, task, ['primary_metric']);
    for (const index of view.indices('steps', 'evaluate', 'validation_criteria')) {
      checkMetric(view, task, ['steps', 'evaluate', 'validation_criteria', index, 'metric']);
    }
  }
  if (task === 'regression' && view.has('positive_class')) {
    view.report({
      code: 'bad-value',
      path: ['positive_class'],
      at: 'key',
      message: '`positive_class` belongs to `classification/v1`; this recipe is `regression/v1`',
      hint: 'remove `positive_class`, or write `recipe: classification/v1`',
    });
  }
}

function checkMetric(view: RecipeView, task: Task, path: Path): void {
  const name = view.text(...path);
  const own = customNames(view);
  if (name === undefined || name.trim() === '' || METRIC_NAMES[task].includes(name) || own.includes(name)) return;
  const known = [...METRIC_NAMES[task], ...own];
  const near = closestMetric(name, known);
  const other: Task = task === 'regression' ? 'classification' : 'regression';
  const isOfOther = METRIC_NAMES[other].includes(name);
  view.report({
    code: 'unknown-metric',
    path,
    at: 'value',
    message: isOfOther ? `\`${name}\` is a metric of ${other}; this recipe is a ${task}` : `\`${name}\` is not a metric of ${task}`,
    label: `the metrics are ${listNames(known, 6)}`,
    hint: near === undefined || isOfOther ? undefined : `did you mean \`${near}\`?`,
  });
}

function customNames(view: RecipeView): readonly string[] {
  return view.indices('custom_metrics').flatMap((index) => view.text('custom_metrics', index, 'name') ?? []);
}

function checkCustomMetrics(view: RecipeView, task: Task | undefined): void {
  const first = new Map<string, number>();
  for (const index of view.indices('custom_metrics')) {
    const path = ['custom_metrics', index, 'name'];
    const name = view.text(...path);
    if (name === undefined) continue;
    const before = first.get(name);
    if (before !== undefined) {
      const related = [{ span: view.find('custom_metrics', before, 'name')?.span, message: 'first here' }];
      view.report({
        code: 'duplicate-key',
        path,
        at: 'value',
        message: `two custom metrics are called \`${name}\``,
        related: related.flatMap(({ span, message }) => (span === undefined ? [] : [{ span, message }])),
      });
    } else first.set(name, index);
    if (task !== undefined && METRIC_NAMES[task].includes(name)) {
      view.report({
        code: 'bad-value',
        severity: 'warning',
        path,
        at: 'value',
        message: `the custom metric \`${name}\` takes the place of the built-in one`,
        hint: 'give it a name of its own',
      });
    }
  }
}
