/** The entry of the process that answers the queries of a command: started by `executors/query-process.ts`, ends with its channel. */
import { rmSync } from 'node:fs';
import { QueryMistake } from '../data/query-mistake.ts';
import { openReadOnly, type ReadOnlySession, type RunningQuery } from '../data/read-only.ts';
import type { FromQuery, ToQuery } from '../executors/query-messages.ts';
import { watchParent } from './parent-watch.ts';

let session: ReadOnlySession | undefined;
let running: { readonly sql: string; readonly query: RunningQuery } | undefined;
let temporaryFolder: string | undefined;
let turn: Promise<void> = Promise.resolve();

watchParent();
process.on('message', (message: ToQuery) => {
  turn = turn.then(async () => {
    const answer = await answerTo(message);
    if (process.connected) process.send?.(answer, undefined, undefined, () => {});
  });
});
process.on('disconnect', () => {
  session?.close();
  if (temporaryFolder !== undefined) rmSync(temporaryFolder, { recursive: true, force: true });
  process.exit(0);
});

async function answerTo(message: ToQuery): Promise<FromQuery> {
  try {
    switch (message.type) {
      case 'open': {
        ({ temporaryFolder } = message);
        session = await openReadOnly(message);
        return { type: 'opened' };
      }
      case 'query': {
        running = { sql: message.sql, query: await opened().query(message.sql) };
        return { type: 'columns', columns: running.query.columns };
      }
      case 'next': {
        const rows = await running?.query.next();
        return { type: 'rows', ...(rows !== undefined && { rows }) };
      }
      case 'describe':
        return { type: 'described', views: await opened().describe() };
    }
  } catch (error) {
    if (!(error instanceof QueryMistake))
      return { type: 'broken', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    const sql = message.type === 'query' ? message.sql : (running?.sql ?? '');
    return { type: 'mistake', fault: error.located(sql) };
  }
}

function opened(): ReadOnlySession {
  if (session === undefined) throw new Error('the session was used before it was opened');
  return session;
}
