/**
 * What MLflow Recipes can do and this version cannot. Each is refused where it would change the
 * result, never left out in silence. A scoring section alone only warns: no training step reads it.
 */
import type { RecipeView, Remark } from '../view.ts';
import { AUTOML, SPARK_FORMATS } from '../vocabulary.ts';
import { unused } from './sections.ts';

export function checkNotSupported(view: RecipeView): void {
  const refuse = (path: Remark['path'], message: string, hint: string, severity: Remark['severity'] = 'error'): void =>
    view.report({ code: 'not-supported-yet', severity, path, at: 'value', message, hint });

  for (const step of ['ingest', 'ingest_scoring']) {
    const using = view.text('steps', step, 'using');
    if (using !== undefined && (SPARK_FORMATS as readonly string[]).includes(using)) {
      const hint = 'export the table to Parquet, then `using: parquet`';
      refuse(['steps', step, 'using'], `\`using: ${using}\` is not available yet`, hint, step === 'ingest' ? 'error' : 'warning');
    }
  }
  if (view.text('steps', 'train', 'using') === AUTOML) {
    refuse(
      ['steps', 'train', 'using'],
      `\`using: ${AUTOML}\` is not available yet`,
      'use `gradient_boosting`, which needs no search to be sound',
    );
  }
  if (view.flag('steps', 'train', 'tuning', 'enabled') === true) {
    refuse(['steps', 'train', 'tuning', 'enabled'], 'tuning is not available yet', 'write `enabled: false` and set `estimator_params`');
  }
  if (view.has('steps', 'train', 'calibrate_proba')) {
    refuse(['steps', 'train', 'calibrate_proba'], 'the calibration of probabilities is not available yet', 'remove `calibrate_proba`');
  }
  checkRebalancing(view, refuse);
  for (const step of ['ingest_scoring', 'predict']) {
    if (view.has('steps', step)) {
      view.report({
        code: 'not-supported-yet',
        severity: 'warning',
        path: ['steps', step],
        at: 'key',
        message: `\`${step}\` is checked but not run: scoring of new rows is not available yet`,
      });
    }
  }
  const output = view.has('steps', 'predict', 'output', 'using') ? ['steps', 'predict', 'output', 'using'] : ['steps', 'predict', 'using'];
  const format = view.text(...output);
  if (format === 'delta' || format === 'table') refuse(output, `\`using: ${format}\` is not available yet`, 'use `parquet`', 'warning');
}

function checkRebalancing(view: RecipeView, refuse: (path: Remark['path'], message: string, hint: string) => void): void {
  const rebalance = view.flag('steps', 'train', 'rebalance_training_data');
  if (rebalance === true) {
    refuse(
      ['steps', 'train', 'rebalance_training_data'],
      'the rebalancing of training data is not available yet',
      'write `rebalance_training_data: false`, or sample the rows in `post_split_method`',
    );
  }
  if (!view.has('steps', 'train', 'resampling_minority_percentage')) return;
  if (rebalance === undefined) {
    refuse(
      ['steps', 'train', 'resampling_minority_percentage'],
      'the rebalancing of training data is not available yet',
      'remove `resampling_minority_percentage`, or sample the rows in `post_split_method`',
    );
  } else if (!rebalance) {
    unused(view, ['steps', 'train', 'resampling_minority_percentage'], '`rebalance_training_data` is `false`');
  }
}
