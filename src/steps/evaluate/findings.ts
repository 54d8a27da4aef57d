/** What a reader of the evaluation must know before believing it. */
import type { Finding } from '../../cards/blocks.ts';
import { residualsOf, worstErrorShare } from '../../ml/evaluate/residuals.ts';
import { confusionMatrix } from '../../ml/metrics/confusion.ts';
import { primaryMetric, shortName } from '../headline-metrics.ts';
import { showNumber, showPercent } from '../show-number.ts';
import { plural } from '../wording.ts';
import type { Evaluated } from './evaluated.ts';

const FEW_ROWS = 100;

export function evaluateFindings(evaluated: Evaluated): readonly Finding[] {
  const { task, criteria, x, target, prediction, metrics, params, explanation, renamed } = evaluated;
  const findings: Finding[] = [];
  for (const { metric, value, threshold, result, note } of criteria) {
    if (result === 'pass') continue;
    const found = value === null ? `is undefined (${note ?? 'not measured'})` : `is ${showNumber(value)}`;
    if (result.startsWith('fail'))
      findings.push({
        code: 'EVALUATE_CRITERION_FAILED',
        severity: 'error',
        message: `${metric} ${found}, the limit is ${showNumber(threshold)}`,
      });
    else
      findings.push({
        code: 'EVALUATE_CRITERION_CLOSE',
        severity: 'warning',
        message: `${metric} ${found} and its 95 % interval crosses the limit of ${showNumber(threshold)}`,
      });
  }
  if (x.rowCount === 0)
    findings.push({
      code: 'EVALUATE_NO_ROWS',
      severity: 'warning',
      message: 'there are no test rows, so nothing was measured: give `split_ratios` a larger last share',
    });
  else if (x.rowCount < FEW_ROWS)
    findings.push({
      code: 'EVALUATE_FEW_ROWS',
      severity: 'warning',
      message: `only ${plural(x.rowCount, 'test row')}: the intervals are wide, and another split can give other numbers`,
    });
  // A criterion on it has said so already.
  const primary = primaryMetric(task, params.primary_metric);
  const measured = metrics.get(primary);
  if (x.rowCount > 0 && measured?.value === undefined && !criteria.some(({ metric }) => metric === primary)) {
    findings.push({
      code: 'EVALUATE_METRIC_UNDEFINED',
      severity: 'warning',
      message: `${shortName(primary)} is undefined on test: ${measured?.missing ?? 'not measured'}`,
    });
  }
  if (target.kind === 'regression' && prediction.length >= FEW_ROWS) {
    const share = worstErrorShare(residualsOf(target.values, prediction));
    if (share > 0.5)
      findings.push({
        code: 'EVALUATE_FEW_ROWS_DECIDE',
        severity: 'warning',
        column: params.target,
        message: `the worst 1 % of the test rows hold ${showPercent(share)} of the squared error: RMSE depends on a handful of rows`,
      });
  }
  if (target.kind === 'classification' && prediction.length > 0) {
    const { size, counts } = confusionMatrix(target.codes, Int32Array.from(prediction), target.classes.length);
    target.classes.forEach((label, code) => {
      let support = 0;
      let predicted = 0;
      for (let other = 0; other < size; other++) {
        support += counts[code * size + other] as number;
        predicted += counts[other * size + code] as number;
      }
      if (support > 0 && predicted === 0)
        findings.push({
          code: 'EVALUATE_CLASS_NEVER_PREDICTED',
          severity: 'warning',
          column: params.target,
          message: `the class \`${label}\` occurs in ${plural(support, 'test row')} and is never predicted`,
        });
    });
  }
  const { contributions } = explanation;
  if ('note' in contributions && contributions.note !== undefined)
    findings.push({ code: 'EVALUATE_INEXACT_CONTRIBUTIONS', severity: 'warning', message: contributions.note });
  for (const [wanted, written] of renamed) {
    findings.push({
      code: 'EVALUATE_COLUMN_RENAMED',
      severity: 'info',
      column: wanted,
      message: `the data have a column \`${wanted}\` of their own; in the predicted data the one of the model is \`${written}\``,
    });
  }
  return findings;
}
