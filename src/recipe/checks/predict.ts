/** `steps.predict`: its two keys may stand in `output` or, as in older recipes, beside it. */
import type { RecipeView } from '../view.ts';
import { unused } from './sections.ts';

export function checkPredict(view: RecipeView): void {
  if (view.has('steps', 'predict') && !view.has('steps', 'ingest_scoring') && !view.isUnknown('steps', 'ingest_scoring')) {
    view.report({
      code: 'missing-key',
      severity: 'warning',
      path: ['steps', 'predict'],
      at: 'key',
      message: '`predict` has nothing to score: `steps.ingest_scoring` is missing',
      hint: 'name the new data, such as `ingest_scoring: {location: data/new.csv}`',
    });
  }
  if (view.find('steps', 'predict')?.kind !== 'map' || view.isUnknown('steps', 'predict', 'output')) return;
  for (const key of ['using', 'location']) {
    const inOutput = view.has('steps', 'predict', 'output', key) || view.isUnknown('steps', 'predict', 'output', key);
    const beside = view.has('steps', 'predict', key) || view.isUnknown('steps', 'predict', key);
    if (inOutput && beside) unused(view, ['steps', 'predict', key], `\`steps.predict.output.${key}\` comes first`);
    if (inOutput || beside) continue;
    view.report({
      code: 'missing-key',
      path: ['steps', 'predict', 'output', key],
      at: 'key',
      message: `\`steps.predict.output.${key}\` is missing`,
      label: `\`output\` needs \`${key}\``,
      hint: 'write for example `output: {using: parquet, location: data/scored.parquet}`',
    });
  }
}
