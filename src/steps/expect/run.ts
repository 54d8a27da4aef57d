/** The data checks of a recipe over the rows that were written. What fails ends the step, all of it at once. */
import type { CardContent, Finding, Section } from '../../cards/blocks.ts';
import { columnsOfRole, isSensitive, type Roles, type Sensitive } from '../../data/column-rules.ts';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation } from '../../data/sql.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { Expectations } from '../../schema/expectations.ts';
import type { Json } from '../../schema/json.ts';
import type { StepResult } from '../define.ts';
import { type Problem, StepProblems } from '../problem.ts';
import { plural } from '../wording.ts';
import { checkSections, checkSummary } from './card.ts';
import { type Check, checksOf } from './check.ts';
import { evaluate, type Found, type Numbered, numberedRows } from './count.ts';
import { collectEvidence } from './evidence.ts';
import { faultsInRows, faultsOf } from './fault.ts';
import { problemAt, type Unread, type Verdict, verdictsOf } from './verdict.ts';

export interface Checkable {
  /** The Parquet file that was written. */
  readonly path: string;
  /** Where the rows come from, for people. */
  readonly label: string;
  readonly expected: Expectations;
  readonly target: string | undefined;
  readonly roles: Roles;
  readonly sensitive: Sensitive;
  /** The rows are a sample of so many. */
  readonly sampledFrom: number | undefined;
  readonly unread?: Unread;
}

/** What is said of checks that passed, or that only warn. */
export interface Passed {
  readonly summary: string;
  readonly keyNumber: CardContent['keyNumbers'][number];
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  readonly facts: Json;
}

export async function checkData(engine: DataEngine, data: Checkable): Promise<Passed> {
  const { expected, sensitive, roles, target } = data;
  const columns = await describeColumns(engine, parquetRelation(data.path));
  const names = columns.map(({ name }) => name);
  const rows = numberedRows(data.path, columns);
  const all = checksOf(expected, columns);
  const absent = absentKeys(all, names);
  const checks = all.filter((check) => !absent.some(({ of }) => of === check));
  const faults = [...absent.map(({ problem }) => problem), ...(await faultsOf(engine, rows, checks, columns))];
  if (faults.length > 0) throw new StepProblems(faults, `${plural(faults.length, 'data check')} cannot be made`);

  const isHidden = (column: string): boolean => isSensitive(sensitive, column);
  const { rows: count, found } = await evaluateSound(engine, rows, checks, columns, names.some(isHidden));
  const sampled = data.sampledFrom !== undefined && data.sampledFrom > count ? data.sampledFrom : undefined;
  const failing = [
    ...found.filter(({ fails, check }) => fails && check.severity === 'error'),
    ...found.filter(({ fails, check }) => fails && check.severity === 'warn'),
  ];
  const evidence = await collectEvidence(engine, rows, failing, columns, columnsOfRole(roles, 'id', names, target));
  const told = {
    rows: count,
    allRows: sampled ?? count,
    isSample: sampled !== undefined,
    isHidden,
    label: data.label,
    names,
    target,
    unread: data.unread ?? new Map(),
  };
  const verdicts = verdictsOf(expected, found, evidence, told);
  const sections = checkSections(verdicts, evidence, told);
  const errors = verdicts.flatMap(({ fails, severity, problem }) =>
    fails && severity === 'error' && problem !== undefined ? [problem] : [],
  );
  if (errors.length > 0) throw new StepProblems(errors, `${errors.length} of ${plural(verdicts.length, 'data check')} failed`, sections);
  return passed(verdicts, sections);
}

async function evaluateSound(
  engine: DataEngine,
  rows: Numbered,
  checks: readonly Check[],
  columns: Parameters<typeof evaluate>[3],
  hasSecrets: boolean,
): Promise<{ readonly rows: number; readonly found: readonly Found[] }> {
  try {
    return await evaluate(engine, rows, checks, columns);
  } catch (error) {
    const faults = await faultsInRows(engine, rows, checks, columns, hasSecrets);
    if (faults.length === 0) throw error;
    throw new StepProblems(faults, `${plural(faults.length, 'data check')} cannot be made`);
  }
}

/** Columns of `unique` that are not there. */
function absentKeys(checks: readonly Check[], names: readonly string[]): readonly { readonly of: Check; readonly problem: Problem }[] {
  return checks.flatMap((check) => {
    if (check.kind !== 'unique_rows') return [];
    return check.columns.flatMap((name, index) => {
      if (names.includes(name)) return [];
      const near = closest(name, names);
      const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
      const problem = problemAt(
        'unknown-column',
        [...check.at, index],
        `\`${check.at[1]}\` cannot be checked: there is no column \`${name}\``,
        hint,
      );
      return [{ of: check, problem: { ...problem, label: `the columns are ${listNames(names)}` } }];
    });
  });
}

function passed(verdicts: readonly Verdict[], sections: readonly Section[]): Passed {
  const warned = verdicts.filter(({ fails }) => fails);
  return {
    summary: checkSummary(verdicts),
    keyNumber: {
      label: 'Data checks',
      value: verdicts.length,
      format: 'integer',
      context: warned.length === 0 ? 'all passed' : `${warned.length} with a warning`,
      ...(warned.length > 0 && { tone: 'close' as const }),
    },
    findings: warned.map(({ problem, column }) => ({
      code: 'INGEST_CHECK_FAILED',
      severity: 'warning',
      ...(column !== undefined && { column }),
      message: problem?.message ?? '',
    })),
    sections,
    facts: { passed: verdicts.length - warned.length, warned: warned.length },
  };
}

/** What a step says of its data, with what came of the checks. */
export function withChecks(result: StepResult, checks: Passed): StepResult {
  const { card, findings, facts } = result;
  return {
    ...result,
    summary: `${result.summary}, ${checks.summary}`,
    findings: [...checks.findings, ...findings],
    card: {
      ...card,
      keyNumbers: [...card.keyNumbers, checks.keyNumber],
      sections: card.sections.flatMap((section) => (section.id === 'sample' ? [...checks.sections, section] : [section])),
    },
    facts: { ...facts, checks: checks.facts },
  };
}
