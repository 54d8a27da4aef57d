/** Why a query cannot be carried out, as data that crosses processes. The engine tells its errors as JSON. */
import type { QueryFault } from '../schema/query.ts';

/** Statements that do something, by their first word. */
const DOING =
  /^(alter|analyze|attach|begin|call|checkpoint|comment|commit|copy|create|delete|detach|drop|execute|explain|export|force|import|insert|install|load|merge|pragma|prepare|reset|rollback|set|truncate|update|use|vacuum)\b/iu;

/** Functions that change the session or write, although a statement that reads can call them. */
const ACTING = /\b(checkpoint|force_checkpoint|(?:en|dis)able_(?:logging|profiling)|truncate_duckdb_logs|write_log)\s*\(/iu;

export class QueryMistake extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    super(fault.message);
    this.name = 'QueryMistake';
    this.fault = fault;
  }

  /** Whatever the engine threw. Its positions count bytes; `located` makes them offsets. */
  static from(error: unknown): QueryMistake {
    if (error instanceof QueryMistake) return error;
    const text = error instanceof Error ? error.message : String(error);
    const json = text.slice(text.indexOf('{'));
    try {
      const told = JSON.parse(json) as Readonly<Record<string, string>>;
      // An operator has a name as well, and is not missing.
      const isMissing = told['type'] !== undefined || told['error_subtype'] === 'COLUMN_NOT_FOUND';
      const name = isMissing ? told['name'] : nameIn(told['exception_message'] ?? '');
      return new QueryMistake({
        kind: told['exception_type'] ?? 'unknown',
        message: told['exception_message'] ?? text,
        ...(told['position'] !== undefined && { position: Number(told['position']) }),
        ...(name !== undefined && { name }),
        ...(told['type'] !== undefined && { type: told['type'] }),
        ...(told['candidates'] !== undefined && { candidates: told['candidates'].split(/,\s*/u) }),
      });
    } catch {
      return new QueryMistake({ kind: 'unknown', message: text });
    }
  }

  /** A statement that does something instead of reading, by its first word and its place. */
  static ofStatement(sql: string): QueryMistake | undefined {
    const position = startOf(sql);
    const word = DOING.exec(sql.slice(position))?.[1];
    return word === undefined
      ? undefined
      : new QueryMistake({ kind: 'writes', message: word.toUpperCase(), position: bytes(sql, position) });
  }

  /** A call of something that does more than to read. */
  static ofCall(sql: string): QueryMistake | undefined {
    const found = ACTING.exec(sql);
    if (found === null) return undefined;
    return new QueryMistake({ kind: 'writes', message: found[1] ?? '', position: bytes(sql, found.index) });
  }

  /** With its position in UTF-16 units. */
  located(sql: string): QueryFault {
    const { position, ...rest } = this.fault;
    if (position === undefined) return rest;
    return { ...rest, position: Buffer.from(sql).subarray(0, position).toString().length };
  }
}

/** Behind blanks and comments. */
function startOf(sql: string): number {
  return /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/u.exec(sql)?.[0].length ?? 0;
}

function bytes(sql: string, position: number): number {
  return Buffer.byteLength(sql.slice(0, position));
}

/** Where the engine names a column in words alone. */
function nameIn(message: string): string | undefined {
  return /^(?:Values list|Table) "[^"]*" does not have a column named "(.*)"/u.exec(message)?.[1];
}
