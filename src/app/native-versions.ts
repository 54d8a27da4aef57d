/** Versions of the native packages that take part in results. They enter the keys of the steps that use them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export function nativeVersions(packageRoot: string): Readonly<Record<string, string>> {
  const require = createRequire(join(packageRoot, 'package.json'));
  const file = require.resolve('@duckdb/node-api/package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return { duckdb: version };
}
