/** What `auto` leaves out before it looks closer: columns with one value, and those that only name a row. */
import { ruleOf } from '../../schema/name-pattern.ts';
import type { Roles } from '../column-rules.ts';
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { findIdLike } from '../id-like.ts';
import { type ColumnProfile, profileRelation } from '../profile.ts';
import { list, quoteIdentifier } from '../sql.ts';

export interface LeftOut {
  readonly profiles: readonly ColumnProfile[];
  /** By column, as a choice says it. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Those that name the row. */
  readonly rowKeys: ReadonlySet<string>;
}

/** `relation` holds the training rows as they were read. */
export async function leftOut(engine: DataEngine, relation: string, columns: readonly ColumnInfo[], roles: Roles): Promise<LeftOut> {
  const profiles =
    columns.length === 0
      ? []
      : await profileRelation(engine, `(SELECT ${list(columns.map(({ name }) => quoteIdentifier(name)))} FROM ${relation})`, {
          shapes: false,
        });
  const idLike = await findIdLike(engine, relation, profiles);
  const reasons = new Map<string, string>();
  for (const profile of profiles) {
    const reason = isConstant(profile)
      ? `dropped, ${profile.missing === profile.rows ? 'every value is missing' : 'every value is the same'}`
      : idLike.has(profile.name) && ruleOf(roles, profile.name) === undefined
        ? `dropped as an id: ${idLike.get(profile.name)}`
        : undefined;
    if (reason !== undefined) reasons.set(profile.name, reason);
  }
  return { profiles, reasons, rowKeys: new Set([...reasons.keys()].filter((name) => idLike.has(name))) };
}

/** One value everywhere. With missing values among them, whether there is a value is information. */
function isConstant({ distinct, missing, rows }: ColumnProfile): boolean {
  return missing === rows || (distinct === 1 && missing === 0);
}
