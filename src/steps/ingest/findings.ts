/**
 * What a person should know about the ingested data. Nothing here stops a run.
 */

import type { Finding } from '../../cards/blocks.ts';
import { type Roles, roleOf } from '../../data/column-rules.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { ruleOf } from '../../schema/name-pattern.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { ClassCount } from './classes.ts';

export interface Findable {
  readonly profiles: readonly ColumnProfile[];
  readonly roles: Roles;
  readonly target?: ColumnProfile;
  readonly classes?: readonly ClassCount[];
  /** Set when the rule chose it, absent when the recipe names it. */
  readonly chosenPositive?: string;
  /** Column → why it looks like an id. */
  readonly idLike: ReadonlyMap<string, string>;
  /** Column → how many infinite values became missing. */
  readonly infinite: ReadonlyMap<string, number>;
  readonly duplicateRows: number;
  readonly skippedLines: number;
  /** Numeric feature → squared correlation with the target. */
  readonly relation: ReadonlyMap<string, number>;
}

const HIGH_MISSING = 0.5;
const MANY_LEVELS = 255;
const SMALL_CLASS = 0.05;
const LEAK = 0.98;

export function ingestFindings(found: Findable): readonly Finding[] {
  return [
    ...tableFindings(found),
    ...targetFindings(found),
    ...found.profiles.filter(({ name }) => name !== found.target?.name).flatMap((profile) => columnFindings(profile, found)),
  ];
}

function tableFindings({ profiles, duplicateRows, skippedLines }: Findable): readonly Finding[] {
  const rows = profiles[0]?.rows ?? 0;
  const findings: Finding[] = [];
  if (skippedLines > 0)
    findings.push({
      code: 'INGEST_BAD_LINES',
      severity: 'warning',
      message: `${plural(skippedLines, 'line')} could not be read and ${skippedLines === 1 ? 'was' : 'were'} skipped`,
    });
  if (duplicateRows > 0) {
    findings.push({
      code: 'INGEST_DUPLICATE_ROWS',
      severity: duplicateRows > 0.01 * rows ? 'warning' : 'info',
      message: `${plural(duplicateRows, 'row')} (${percent(duplicateRows / rows)}) repeat an earlier row exactly`,
    });
  }
  return findings;
}

function targetFindings({ target, classes, chosenPositive, infinite }: Findable): readonly Finding[] {
  if (target === undefined) return [];
  const { name: column, missing, rows } = target;
  const findings: Finding[] = [];
  const endless = infinite.get(column) ?? 0;
  if (endless > 0) findings.push(nonFinite(column, endless));
  if (missing > 0)
    findings.push({
      code: 'INGEST_TARGET_MISSING',
      severity: 'warning',
      column,
      message: `the target is missing in ${plural(missing, 'row')} (${percent(missing / rows)}); the split drops ${missing === 1 ? 'it' : 'them'}`,
    });
  const other = classes?.find(({ label }) => label !== chosenPositive)?.label;
  if (chosenPositive !== undefined && other !== undefined)
    findings.push({
      code: 'INGEST_POSITIVE_CLASS',
      severity: 'info',
      column,
      message: `the positive class is \`${chosenPositive}\`; for the other one write \`positive_class: ${JSON.stringify(other)}\` in recipe.yaml`,
    });
  const present = rows - missing;
  const smallest = classes?.reduce((least, one) => (one.rows < least.rows ? one : least));
  if (smallest !== undefined && smallest.rows < SMALL_CLASS * present) {
    findings.push({
      code: 'INGEST_CLASS_IMBALANCE',
      severity: 'warning',
      column,
      message: `class \`${smallest.label}\` has ${plural(smallest.rows, 'row')}, ${percent(smallest.rows / present)} of all`,
    });
  }
  return findings;
}

function columnFindings(
  { name: column, type, rows, missing, distinct }: ColumnProfile,
  { roles, idLike, infinite, relation }: Findable,
): readonly Finding[] {
  const role = roleOf(roles, column);
  const findings: Finding[] = [];
  const endless = infinite.get(column) ?? 0;
  if (endless > 0) findings.push(nonFinite(column, endless));
  if (role !== 'feature') return findings;
  if (missing === rows) findings.push({ code: 'INGEST_CONSTANT_COLUMN', severity: 'warning', column, message: 'every value is missing' });
  else if (distinct === 1)
    findings.push({
      code: 'INGEST_CONSTANT_COLUMN',
      severity: 'warning',
      column,
      message: missing === 0 ? 'every row has the same value' : 'every present value is the same',
    });
  if (missing < rows && missing >= HIGH_MISSING * rows)
    findings.push({
      code: 'INGEST_HIGH_MISSING',
      severity: 'warning',
      column,
      message: `${percent(missing / rows)} of the values are missing`,
    });
  // Who calls it a feature knows it.
  const reason = ruleOf(roles, column) === undefined ? idLike.get(column) : undefined;
  if (reason !== undefined) findings.push({ code: 'INGEST_ID_LIKE', severity: 'info', column, message: `looks like an id: ${reason}` });
  else if (type === 'string' && distinct > MANY_LEVELS)
    findings.push({ code: 'INGEST_HIGH_CARDINALITY', severity: 'info', column, message: `${formatCount(distinct)} different texts` });
  const share = relation.get(column);
  if (share !== undefined && share >= LEAK)
    findings.push({
      code: 'INGEST_TARGET_LEAK',
      severity: 'warning',
      column,
      message: `explains ${percent(share)} of the target's variance alone; it may be known only after the target is`,
    });
  return findings;
}

function nonFinite(column: string, count: number): Finding {
  return {
    code: 'INGEST_NON_FINITE',
    severity: 'warning',
    column,
    message: `${plural(count, 'infinite value')} ${count === 1 ? 'is' : 'are'} treated as missing`,
  };
}
