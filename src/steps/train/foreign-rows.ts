/** What estimators of others see of a table: plain numbers, in which a missing category is one more category. */
import type { FeatureMatrix } from '../../ml/estimator.ts';

/** A missing number stays NaN: `steps.transform.impute` fills those. */
export function foreignColumns({ features, columns }: FeatureMatrix): readonly Float64Array[] {
  return columns.map((column, index) => {
    const { kind, levels = 0 } = features[index] ?? { kind: 'numeric' };
    return kind === 'numeric' ? column : column.map((code) => (code >= 0 && code < levels ? code : levels));
  });
}

export function foreignRows(x: FeatureMatrix): number[][] {
  const columns = foreignColumns(x);
  return Array.from({ length: x.rowCount }, (_, row) => columns.map((column) => column[row] as number));
}
