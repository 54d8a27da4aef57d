/**
 * What a derived column or a data check may be: an SQL expression over the columns of one row. No query
 * inside it, no other row, nothing that differs from call to call: transformers and recipes are data, and
 * data may neither read files nor see other rows.
 */

const QUERIES: ReadonlySet<string> = new Set([
  'select',
  'from',
  'with',
  'values',
  'table',
  'describe',
  'show',
  'summarize',
  'pivot',
  'unpivot',
  'union',
  'intersect',
  'except',
  'copy',
  'attach',
  'install',
  'load',
  'set',
  'pragma',
  'call',
  'lambda',
  'columns',
]);
const WINDOWS: ReadonlySet<string> = new Set(['over', 'partition', 'qualify', 'window']);
const UNSTABLE: ReadonlySet<string> = new Set([
  'random',
  'setseed',
  'uuid',
  'uuidv4',
  'uuidv7',
  'gen_random_uuid',
  'now',
  'today',
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'get_current_time',
  'get_current_timestamp',
  'transaction_timestamp',
  'current_localtime',
  'current_localtimestamp',
  'age',
  'nextval',
  'currval',
  'getenv',
  'getvariable',
  'current_setting',
  'current_database',
  'current_query',
  'version',
  'query',
  'query_table',
  'read_text',
  'read_blob',
  'hash',
]);

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*|--|\/\*|\$\w*\$|[\s\S]/gu;

/** Why the expression is not allowed, or `undefined` when it is. */
export function expressionFault(sql: string): string | undefined {
  if (sql.trim() === '') return 'it is empty';
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [token] = match;
    const word = token.toLowerCase();
    // `E'…'` knows escapes that would end the text elsewhere than this reader thinks.
    if (/^[A-Za-z_]/u.test(token) && sql[match.index + token.length] === "'")
      return `\`${token}'\` needs a blank before the quote, and no other than plain texts are allowed`;
    if (word === 'e' || word === 'x' || word === 'b' || word === 'u') {
      if (/^\s*'/u.test(sql.slice(match.index + token.length))) return 'no other than plain texts are allowed';
    }
    if (token === "'" || token === '"') return 'a quote is not closed';
    if (token === ';' || token === '--' || token === '/*' || token.startsWith('$')) return `\`${token}\` may not stand in an expression`;
    if (token === '(') depth++;
    else if (token === ')' && --depth < 0) return 'a parenthesis is closed that was not opened';
    else if (QUERIES.has(word)) return `\`${token}\` begins a query; only an expression over the columns of one row may stand here`;
    else if (WINDOWS.has(word)) return `\`${token}\` looks at other rows; only an expression over the columns of one row may stand here`;
    else if (UNSTABLE.has(word)) return `\`${token}\` may give another value each time`;
  }
  return depth > 0 ? 'a parenthesis is not closed' : undefined;
}

/** Those of the columns that the expression names. SQL knows no difference of upper and lower case. */
export function namesIn(sql: string, columns: readonly string[]): readonly string[] {
  const words = new Set<string>();
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token.startsWith('"')) words.add(token.slice(1, -1).replaceAll('""', '"').toLowerCase());
    else if (/^[A-Za-z_\u0080-\uffff]/u.test(token)) words.add(token.toLowerCase());
  }
  return columns.filter((column) => words.has(column.toLowerCase()));
}
