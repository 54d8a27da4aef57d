/** What columns are for, by name. A name comes from data, so it may be `__proto__` or `constructor`. */
export function roleOf(roles: Readonly<Record<string, string>>, column: string): string {
  return Object.hasOwn(roles, column) ? (roles[column] ?? 'feature') : 'feature';
}
