/** What a person reads who made a mistake in a query: the engine's errors, as our messages. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryDiagnostic } from '../../../src/app/query-diagnostic.ts';
import type { AbsentView } from '../../../src/app/query-views.ts';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import { QueryMistake } from '../../../src/data/query-mistake.ts';
import { openReadOnly, type ReadOnlySession } from '../../../src/data/read-only.ts';
import { copyToParquet } from '../../../src/data/sql.ts';
import { renderDiagnostic } from '../../../src/diagnostics/render.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

let folder: string;
let session: ReadOnlySession;
beforeAll(async () => {
  folder = makeTempFolder();
  const path = join(folder, 'rows.parquet');
  const engine = await openDuckDb({ threads: 2 });
  await engine.execute(copyToParquet(`SELECT 'H1' AS id, 70 AS area, 'harbour' AS district, 1.5 AS error`, path));
  await engine.close();
  session = await openReadOnly({
    views: ['test_data', 'predicted_test_data'].map((name) => ({ name, path, format: 'parquet' })),
    temporaryFolder: join(folder, 'tmp'),
  });
});
afterAll(() => {
  session.close();
  rmSync(folder, { recursive: true, force: true });
});

async function said(sql: string, absent: readonly AbsentView[] = [], runId?: string): Promise<string> {
  const error = await session
    .query(sql)
    .then((query) => query.next())
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof QueryMistake)) throw new Error(`${sql} was answered`, { cause: error });
  const context = { sql, source: 'query', absent, described: await session.describe(), ...(runId !== undefined && { runId }) };
  return `${renderDiagnostic(queryDiagnostic(error.located(sql), context), () => sql)}\n`;
}

test.each([
  [
    'select * from predicted_test_dat',
    `error[unknown-artifact]: there is no table \`predicted_test_dat\` among the artifacts
 --> query:1:15
  |
1 | select * from predicted_test_dat
  |               ^^^^^^^^^^^^^^^^^^

hint: did you mean \`predicted_test_data\`?
`,
  ],
  [
    'select * frm test_data',
    `error[bad-query]: syntax error at or near "test_data"
 --> query:1:14
  |
1 | select * frm test_data
  |              ^^^^^^^^^
`,
  ],
  [
    `copy test_data to 'x.csv'`,
    `error[bad-query]: \`COPY\` is not a query: only a statement that reads is carried out
 --> query:1:1
  |
1 | copy test_data to 'x.csv'
  | ^^^^

hint: write \`SELECT …\`, \`FROM …\`, \`DESCRIBE …\` or \`SUMMARIZE …\`; \`--output FILE\` writes what comes out
`,
  ],
  [
    `select * from read_csv('data/houses.csv')`,
    `error[bad-query]: a query reads artifacts by their names, and no files or addresses such as \`data/houses.csv\`
 --> query:1:15
  |
1 | select * from read_csv('data/houses.csv')
  |               ^^^^^^^^

hint: what there is, \`recipe sql --list\` says
`,
  ],
  [
    'select id from test_data where district = "harbour"',
    `error[unknown-column]: \`test_data\` has no column \`harbour\`
 --> query:1:43
  |
1 | select id from test_data where district = "harbour"
  |                                           ^^^^^^^^^ there are \`id\`, \`area\`, \`district\` and \`error\`

hint: a text is written 'harbour'
`,
  ],
])('a mistake: %s', async (query, message) => {
  expect(await said(query)).toBe(message);
});

test('a table that is not there is told with what makes it, or why an earlier run has none', async () => {
  const query = 'from scored_data';
  const absent = (why: AbsentView['why']): readonly AbsentView[] => [{ artifact: 'scored_data', step: 'predict', why }];
  expect(await said(query, absent('not-made'))).toContain('error[artifact-missing]: the artifact `scored_data` has not been made\n');
  expect(await said(query, absent('not-in-run'), 'abc')).toContain(': the artifact `scored_data` is not part of run `abc`\n');
  expect(await said(query, absent('not-stored'), 'abc')).toContain(': the artifact `scored_data` of run `abc` is no longer stored\n');
});

test('a table of a step is told by its whole name', async () => {
  const absent = [{ artifact: 'clean.test_data', step: 'clean', why: 'not-made' }] as const;
  expect(await said('from clean.test_data', absent)).toContain(
    'error[artifact-missing]: the artifact `clean.test_data` has not been made\n',
  );
  expect(await said('from main.test_dat')).toContain('error[unknown-artifact]: there is no table `main.test_dat` among the artifacts\n');
});

test('what the engine lists at length is cut to its first line', async () => {
  const told = await said('select area + id from test_data');
  expect(told).toContain(`error[bad-query]: no function matches the given name and argument types '+(INTEGER, VARCHAR)'`);
  expect(told.split('\n')).toHaveLength(6);
});
