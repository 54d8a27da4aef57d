/**
 * Why the model predicts what it does: contributions of the columns to some test rows, and what would change if a
 * column had another value. Rows and grids are the same for the same seed and data; nothing here looks at a clock.
 */

import { featureInputs } from '../../data/transform/lineage.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import { type FeatureGroup, featureGroups, groupedValues, meanSizes, takeRows } from '../../ml/explain/feature-groups.ts';
import { derive, Random } from '../../ml/random.ts';
import { EXPLAIN_DEFAULTS } from '../../schema/explain.ts';
import { measureDependence } from './dependence.ts';
import type { Explained, Explanation } from './explained.ts';

/** Multiplications that may be spent unless the recipe says how many rows: about a tenth of a second. */
const WORK = 30_000_000;
/** Fewer say nothing, however large the model. */
const LEAST_ROWS = 20;

export function groupsOf(transformer: Transformer): readonly FeatureGroup[] {
  return featureGroups(
    transformer.features.map(({ name }) => name),
    featureInputs(transformer),
  );
}

export async function explain(explained: Explained): Promise<Explanation> {
  const { transformer, settings, x } = explained;
  const groups = groupsOf(transformer);
  if (settings.enabled === false || x.rowCount === 0)
    return {
      groups,
      contributions: { missing: x.rowCount === 0 ? 'there are no test rows' : '`explain` is off in recipe.yaml' },
      dependence: [],
    };
  const contributions = contributionsOf(explained, groups);
  const dependence = await measureDependence(explained, { groups, scores: scoresOf(groups, contributions, explained.importance) });
  return { groups, contributions, dependence };
}

function contributionsOf({ fitted, x, settings, seed, worst }: Explained, groups: readonly FeatureGroup[]): Explanation['contributions'] {
  if (fitted.contributions === undefined)
    return { missing: `a model of the kind \`${fitted.estimator}\` does not say what each feature adds to a prediction` };
  const work = fitted.contributionWork ?? 4 * x.features.length;
  const affordable = settings.rows ?? Math.min(EXPLAIN_DEFAULTS.rows, Math.max(LEAST_ROWS, Math.floor(WORK / Math.max(1, work))));
  const sample = new Random(derive(seed, 'rows explained')).sample(x.rowCount, affordable);
  const known = new Set(sample);
  const rows = Int32Array.from([...sample, ...[...worst].filter((row) => !known.has(row))]);
  const found = fitted.contributions(takeRows(x, rows));
  const values = groupedValues(found, x.features.length, groups);
  const { outputs, expected, space, note } = found;
  const inSample = values.subarray(0, sample.length * outputs * groups.length);
  return {
    rows,
    sampled: sample.length,
    outputs,
    expected,
    space,
    ...(note !== undefined && { note }),
    values,
    sizes: meanSizes(inSample, groups.length),
  };
}

/** How much the model uses each group: by what it contributes, else by what is lost when it is shuffled. */
function scoresOf(
  groups: readonly FeatureGroup[],
  contributions: Explanation['contributions'],
  { result }: Explained['importance'],
): readonly number[] {
  if (!('missing' in contributions)) return [...contributions.sizes];
  if ('missing' in result) return groups.map(() => 0);
  const means = new Map(result.map(({ feature, mean }) => [feature, mean]));
  return groups.map(({ label }) => Math.max(0, means.get(label) ?? 0));
}
