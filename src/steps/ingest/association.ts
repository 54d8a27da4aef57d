/**
 * What each feature alone tells of the target, on one scale for columns of any type: its values are
 * put into groups, a missing value into one of its own, and the groups are compared with the target.
 * Of a numeric target the share of the variance that they explain, of classes Cramér's V.
 */
import type { DataEngine } from '../../data/engine.ts';
import { type Codable, type CodedColumn, heldRows, readCoded } from '../../data/profile/coded-columns.ts';
import { type Sample, takeSample } from '../../data/profile/sample.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { cramersV, explainedVariance } from '../../ml/statistics/association.ts';
import { pearson, spearman } from '../../ml/statistics/correlation.ts';
import { type Groups, groupCodes, groupNumbers } from '../../ml/statistics/groups.ts';

export interface Associations {
  /** Column → how much it tells. */
  readonly columns: ReadonlyMap<string, Association>;
  /** How many rows were looked at; absent when all. */
  readonly sampledRows?: number;
}

export interface Association {
  /** 0 for nothing, 1 for everything; absent when one side is constant. */
  readonly strength?: number;
  /** Numbers with a numeric target. */
  readonly pearson?: number;
  readonly spearman?: number;
}

/** Values beyond the most frequent, and numbers, share so many groups. */
const GROUPS = 20;

/** `source` is the table, or what `sampleLarge` took of it. */
export async function findAssociations(
  engine: DataEngine,
  source: Pick<Sample, 'relation' | 'rows' | 'isWhole'>,
  features: readonly ColumnProfile[],
  target: ColumnProfile,
  task: 'regression' | 'classification',
  mostRows: number = heldRows(features.length + 1),
): Promise<Associations> {
  const codable = [target, ...features].map(asCodable);
  const sample = await takeSample(engine, source.relation, {
    rows: source.rows,
    wanted: mostRows,
    columns: codable.map(({ name }) => name),
    name: '__mlrecipe_association',
  });
  try {
    const [y, ...columns] = await readCoded(engine, sample.relation, codable);
    if (y === undefined) return { columns: new Map() };
    const told = task === 'regression' ? (column: CodedColumn) => withNumbers(column, y) : withClasses(y);
    return {
      columns: new Map(columns.map((column) => [column.name, told(column)])),
      ...(!(sample.isWhole && source.isWhole) && { sampledRows: sample.rows }),
    };
  } finally {
    await sample.release();
  }
}

function asCodable({ name, type, sqlType, top }: ColumnProfile): Codable {
  return { name, type, sqlType, levels: (top ?? []).map(({ value }) => value) };
}

function withNumbers(column: CodedColumn, target: CodedColumn): Association {
  const strength = explainedVariance(groupsOf(column), target.values);
  if (column.codes !== undefined) return strength === undefined ? {} : { strength };
  const [r, rho] = [pearson(column.values, target.values), spearman(column.values, target.values)];
  return {
    ...(strength !== undefined && { strength }),
    ...(r !== undefined && { pearson: r }),
    ...(rho !== undefined && { spearman: rho }),
  };
}

function withClasses(target: CodedColumn): (column: CodedColumn) => Association {
  const classes = groupsOf(target);
  return (column) => {
    const strength = cramersV(groupsOf(column), classes);
    return strength === undefined ? {} : { strength };
  };
}

function groupsOf({ values, codes }: CodedColumn): Groups {
  return codes === undefined ? groupNumbers(values, GROUPS) : groupCodes(values, codes);
}
