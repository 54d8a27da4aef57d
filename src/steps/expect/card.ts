/** What cards show of data checks: what came of each, and the first rows of those that fail. */
import type { CardBlock, Section, TableBlock } from '../../cards/blocks.ts';
import { cell } from '../ingest/card.ts';
import { HIDDEN } from '../profile-table.ts';
import { plural } from '../wording.ts';
import type { Found } from './count.ts';
import type { Evidence } from './evidence.ts';
import type { Verdict } from './verdict.ts';
import { type Circumstances, failureMessage } from './words.ts';

/** Beyond these the table says how many there are. Failing ones come first. */
const MOST_CHECKS = 100;

export function checkSections(
  verdicts: readonly Verdict[],
  evidence: ReadonlyMap<Found, Evidence>,
  told: Circumstances,
): readonly Section[] {
  const sections: Section[] = [{ id: 'checks', title: 'Data checks', blocks: [checkTable(verdicts)] }];
  const tables = inOrder(verdicts).flatMap(({ failing }) =>
    failing.flatMap((found): CardBlock[] => {
      const shown = evidence.get(found);
      return shown === undefined || shown.rows.length === 0 ? [] : [rowTable(found, shown, told)];
    }),
  );
  if (tables.length > 0) sections.push({ id: 'failing-rows', title: 'Rows that fail', blocks: tables });
  return sections;
}

export function checkTable(verdicts: readonly Verdict[]): TableBlock {
  const ordered = inOrder(verdicts);
  const shown = ordered.slice(0, MOST_CHECKS);
  const failedRows = shown.flatMap(({ fails, severity }, index) => (fails && severity === 'error' ? [index] : []));
  return {
    kind: 'table',
    columns: [
      { key: 'outcome', label: 'Outcome' },
      { key: 'on', label: 'Check of' },
      { key: 'expected', label: 'Expected' },
      { key: 'found', label: 'Found' },
    ],
    rows: shown.map(({ fails, severity, on, expected, found }) => ({
      outcome: fails ? (severity === 'warn' ? 'warning' : 'failed') : 'passed',
      on,
      expected,
      found,
    })),
    ...(failedRows.length > 0 && { failedRows }),
    ...(ordered.length > shown.length && { omitted: ordered.length - shown.length }),
  };
}

/** What failed first, then what only warns. */
function inOrder(verdicts: readonly Verdict[]): readonly Verdict[] {
  const rank = ({ fails, severity }: Verdict): number => (!fails ? 2 : severity === 'warn' ? 1 : 0);
  return [...verdicts].sort((a, b) => rank(a) - rank(b));
}

function rowTable(found: Found, { columns, rows }: Evidence, told: Circumstances): TableBlock {
  const omitted = Math.max(0, found.offending - rows.length);
  const isComparison = found.check.kind === 'unique' || found.check.kind === 'unique_rows';
  return {
    kind: 'table',
    caption: failureMessage(found, told).replaceAll('`', ''),
    columns: [
      { key: 'row', label: told.isSample ? 'Row of the sample' : 'Row', align: 'right', format: 'integer' },
      ...columns.map((name, index) => ({ key: `c${index}`, label: name })),
    ],
    rows: rows.map(({ number, values }) => ({
      row: number + 1,
      ...Object.fromEntries(columns.map((name, index) => [`c${index}`, told.isHidden(name) ? HIDDEN : cell(values[name] ?? null)])),
    })),
    // Rows of one value stand together there, the first of them and the last.
    ...(omitted > 0 && !isComparison && { omitted }),
  };
}

/** `12 checks passed`. */
export function checkSummary(verdicts: readonly Verdict[]): string {
  const passed = verdicts.filter(({ fails }) => !fails).length;
  return passed === verdicts.length ? `${plural(passed, 'check')} passed` : `${passed} of ${plural(verdicts.length, 'check')} passed`;
}
