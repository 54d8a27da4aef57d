/** What columns are for. Rules are by name or pattern, see `ruleOf`; names of columns come from data. */
import { isPattern, matches, ruleOf } from '../schema/name-pattern.ts';

export type Role = 'feature' | 'id' | 'time' | 'group' | 'weight' | 'ignore';
export type Roles = Readonly<Record<string, Role>>;
/** Columns whose values must not be shown. */
export type Sensitive = Readonly<Record<string, boolean>>;

/** A column of which nothing is said is a feature. */
export function roleOf(roles: Roles, column: string): Role {
  return ruleOf(roles, column) ?? 'feature';
}

/** The columns of a role, in the order of `names`; the target has none. */
export function columnsOfRole(roles: Roles, role: Role, names: readonly string[], target: string | undefined): readonly string[] {
  return names.filter((name) => name !== target && roleOf(roles, name) === role);
}

export function isSensitive(sensitive: Sensitive, column: string): boolean {
  return ruleOf(sensitive, column) ?? false;
}

/** The keys of rules that no column fits. */
export function unusedRules(rules: Readonly<Record<string, unknown>>, names: readonly string[]): readonly string[] {
  return Object.keys(rules).filter((key) => !names.includes(key) && !(isPattern(key) && names.some((name) => matches(key, name))));
}
