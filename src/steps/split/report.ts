/**
 * What the parts look like beside each other: sizes, the target in each, and what a person
 * should know. Histograms share their edges, so that parts compare.
 */
import type { CardBlock, CardContent, Finding, Section } from '../../cards/blocks.ts';
import type { Histogram } from '../../data/profile.ts';
import type { ClassCount } from '../ingest/classes.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { Drift } from './drift.ts';
import { driftSection } from './drift-section.ts';
import { ROWS_WITHOUT_TARGET, type Setting } from './moved.ts';
import { PARTS, type SplitParams } from './params.ts';
import type { Parts } from './parts.ts';

/** One of the three parts. */
export interface PartReport {
  readonly rows: number;
  readonly target: { readonly mean: number; readonly median: number; readonly min: number; readonly max: number } | undefined;
  readonly histogram?: Histogram;
  /** Rows of the sample that gave histogram, median and mean; absent when all. */
  readonly sampledRows?: number;
  /** Every class of the data, also those that this part lacks. */
  readonly classes?: readonly ClassCount[];
}

/** Fewer rows than this, and a class is learned or judged by luck. */
const FEW_ROWS = 30;
const MANY_DROPPED = 0.01;
/** Share of the rows that one key may have. */
const COARSE = 0.01;

export function splitFindings(parts: Parts, reports: readonly PartReport[]): readonly Finding[] {
  const rows = reports.reduce((sum, report) => sum + report.rows, 0) + parts.dropped;
  const findings: Finding[] = [];
  if (parts.dropped > 0) {
    const severity = parts.dropped > MANY_DROPPED * rows ? 'warning' : 'info';
    findings.push({
      code: 'SPLIT_ROWS_DROPPED',
      severity,
      message: `${plural(parts.dropped, 'row')} (${percent(parts.dropped / rows)}) without a target ${parts.dropped === 1 ? 'was' : 'were'} dropped`,
    });
  }
  if (parts.filtered > 0)
    findings.push({
      code: 'SPLIT_ROWS_DROPPED',
      severity: 'info',
      message: `${plural(parts.filtered, 'row')} of the training part ${parts.filtered === 1 ? 'was' : 'were'} filtered out`,
    });
  if (parts.repeated > 0)
    findings.push({
      code: 'SPLIT_DUPLICATE_ROWS',
      severity: 'info',
      message: `${plural(parts.repeated, 'row')} equal an earlier row in all key columns; equal rows are in the same part`,
    });
  return [...findings, ...keyFindings(parts, rows - parts.dropped), ...classFindings(reports)];
}

function keyFindings({ placement, mostAlike, overlap }: Parts, rows: number): readonly Finding[] {
  const { by, keys } = placement;
  const findings: Finding[] = [];
  const isHashed = by === 'key' || by === 'group' || by === 'exact';
  if (isHashed && mostAlike > COARSE * rows && mostAlike >= FEW_ROWS)
    findings.push({
      code: 'SPLIT_COARSE_KEY',
      severity: 'warning',
      message: `${formatCount(mostAlike)} rows (${percent(mostAlike / rows)}) have the same ${keys.length > 3 ? `values in all ${keys.length} key columns` : keys.map((name) => `\`${name}\``).join(', ')} and go to one part together, so the shares of the parts can be far from the ratios`,
    });
  if (overlap > 0)
    findings.push({
      code: 'SPLIT_OVERLAP',
      severity: 'warning',
      message: `${plural(overlap, 'row')} of validation and test ${overlap === 1 ? 'equals' : 'equal'} a training row in every feature; results on them tell little`,
    });
  return findings;
}

function classFindings(reports: readonly PartReport[]): readonly Finding[] {
  return reports.flatMap((report, index) => {
    const name = PARTS[index]?.name ?? '';
    return (report.classes ?? []).flatMap(({ label, rows }): Finding[] => {
      if (rows === 0) return [{ code: 'SPLIT_TOO_SMALL', severity: 'warning', message: `class \`${label}\` has no row in ${name}` }];
      if (name === 'train' && rows < FEW_ROWS)
        return [{ code: 'SPLIT_TOO_SMALL', severity: 'warning', message: `class \`${label}\` has ${plural(rows, 'row')} in train` }];
      return [];
    });
  });
}

export function splitSummary(reports: readonly PartReport[], parts: Parts): string {
  const sizes = reports.map(({ rows }, index) => `${formatCount(rows)} ${PARTS[index]?.name}`).join(', ');
  return parts.dropped === 0 ? sizes : `${sizes}; ${plural(parts.dropped, 'row')} without a target dropped`;
}

export function splitCard(params: SplitParams, parts: Parts, reports: readonly PartReport[], drift?: Drift): CardContent {
  const rows = reports.reduce((sum, report) => sum + report.rows, 0);
  const compared = drift === undefined ? undefined : driftSection(drift, params.sensitive ?? {});
  return {
    headline: reports.map(({ rows: size }) => formatCount(size)).join(' / '),
    sentence: `${formatCount(rows)} rows in three parts: ${splitSummary(reports, parts)}. ${how(params, parts)}`,
    keyNumbers: [
      ...reports.map((report, index) => ({
        label: capital(PARTS[index]?.name ?? ''),
        value: report.rows,
        format: 'integer' as const,
        context: percent(report.rows / rows),
      })),
      { label: 'Dropped', value: parts.dropped + parts.filtered, format: 'integer' as const, context: 'no target, or filtered out' },
    ],
    sections: [
      sizesSection(reports),
      targetSection(params, reports),
      ...(compared === undefined ? [] : [compared]),
      methodSection(params, parts),
    ],
  };
}

const METHODS = {
  key: 'hash of the row',
  group: 'hash of the group',
  exact: 'rank of the hash within its class',
  time: 'order in time',
  column: 'values of a column',
  files: 'files',
} as const;

function how(params: SplitParams, { placement: { by, columns, takesValidation } }: Parts): string {
  if (params.method !== undefined) return `\`${params.method.name}\` placed the rows.`;
  const names = columns.map((name) => `\`${name}\``).join(', ');
  if (by === 'time')
    return `Rows are placed by \`${columns[0]}\`: the earliest train, the last test, and rows of one time stay together. Rows that are added later may move others.`;
  const taken = takesValidation === true ? ' Validation is taken from the training rows by a hash of their content.' : '';
  if (by === 'files') return `The recipe names the files of the parts.${taken}`;
  if (by === 'column') return `${names} says where a row belongs.${taken}`;
  if (by === 'exact')
    return 'Within each class rows are ranked by a hash of their own content and cut at the ratios, so that every part has the same share of it. Rows that are added later may move others.';
  if (params.key !== undefined)
    return `Rows with the same ${names} stay together: they are placed by a hash of ${columns.length === 1 ? 'it' : 'these columns'}, and rows that are added later move none of them.`;
  if (by === 'group')
    return `Rows with the same ${names} stay together: they are placed by a hash of ${columns.length === 1 ? 'it' : 'these columns'}, and rows that are added later move none of them.`;
  return 'Each row is placed by a hash of its own content: equal rows stay together, and rows that are added later move none of these.';
}

function sizesSection(reports: readonly PartReport[]): Section {
  const description = reports.map(({ rows }, index) => `${PARTS[index]?.name} has ${formatCount(rows)} rows`).join(', ');
  return {
    id: 'sizes',
    title: 'Sizes',
    blocks: [
      {
        kind: 'figures',
        figures: [
          {
            form: 'stacked-bar',
            title: 'Rows per part',
            description,
            parts: reports.map(({ rows }, index) => ({ label: PARTS[index]?.name ?? '', value: rows })),
          },
        ],
      },
    ],
  };
}

function targetSection({ target, task }: SplitParams, reports: readonly PartReport[]): Section {
  return {
    id: 'target',
    title: `Target per part: ${target}`,
    ...sampleNote(reports),
    blocks: task === 'classification' ? [classTable(reports)] : numericBlocks(target, reports),
  };
}

function sampleNote(reports: readonly PartReport[]): Pick<Section, 'note'> {
  const sampled = reports.flatMap(({ sampledRows }, index) =>
    sampledRows === undefined ? [] : [`${PARTS[index]?.name} from ${formatCount(sampledRows)}`],
  );
  return sampled.length === 0 ? {} : { note: `Histogram, median and mean come from samples of the rows: ${sampled.join(', ')}.` };
}

function classTable(reports: readonly PartReport[]): CardBlock {
  const classes = reports[0]?.classes ?? [];
  const shown = classes.slice(0, 100);
  const columns = [
    { key: 'class', label: 'Class' },
    ...PARTS.flatMap(({ name }) => [
      { key: name, label: capital(name), align: 'right' as const, format: 'integer' as const },
      { key: `${name}_share`, label: 'Share', align: 'right' as const, format: 'percent' as const },
    ]),
  ];
  const rows = shown.map(({ label }, position) => {
    const cells = reports.flatMap((report, index): [string, number][] => {
      const count = report.classes?.[position]?.rows ?? 0;
      const name = PARTS[index]?.name ?? '';
      return [
        [name, count],
        [`${name}_share`, count / report.rows],
      ];
    });
    return { class: label, ...Object.fromEntries(cells) };
  });
  return { kind: 'table', columns, rows, ...(classes.length > shown.length && { omitted: classes.length - shown.length }) };
}

function numericBlocks(target: string, reports: readonly PartReport[]): readonly CardBlock[] {
  const figures = (['min', 'median', 'mean', 'max'] as const).map((key) => ({
    key,
    label: capital(key),
    align: 'right' as const,
    format: 'number' as const,
  }));
  const table: CardBlock = {
    kind: 'table',
    columns: [{ key: 'part', label: 'Part' }, { key: 'rows', label: 'Rows', align: 'right', format: 'integer' }, ...figures],
    rows: reports.map((report, index) => ({
      part: PARTS[index]?.name ?? '',
      rows: report.rows,
      min: report.target?.min ?? null,
      median: report.target?.median ?? null,
      mean: report.target?.mean ?? null,
      max: report.target?.max ?? null,
    })),
  };
  const edges = reports[0]?.histogram?.edges;
  if (edges === undefined) return [table];
  const medians = reports.map((report, index) => `${PARTS[index]?.name} ${Number((report.target?.median ?? 0).toPrecision(6))}`).join(', ');
  const series = reports.map((report, index) => ({ label: PARTS[index]?.name ?? '', counts: report.histogram?.counts ?? [] }));
  return [
    {
      kind: 'figures',
      figures: [
        {
          form: 'histogram',
          title: `Distribution of ${target}`,
          description: `Medians: ${medians}`,
          xLabel: target,
          yLabel: 'rows',
          edges,
          series,
        },
      ],
    },
    table,
  ];
}

/** How the rows were divided, line by line. */
export function splitSettings(params: SplitParams, parts: Parts): readonly Setting[] {
  const { by, columns, cuts } = parts.placement;
  const isGiven = by === 'column' || by === 'files';
  return [
    { what: 'Method', value: params.method === undefined ? METHODS[by] : params.method.name },
    ...(isGiven ? [] : [{ what: 'Ratios', value: params.ratios.join(' : ') }]),
    ...(by === 'time' || isGiven ? [] : [{ what: 'Seed', value: String(params.seed) }]),
    ...(params.method === undefined && columns.length > 0
      ? [{ what: by === 'time' ? 'Time' : by === 'column' ? 'Column' : 'Key columns', value: columns.join(', ') }]
      : []),
    ...valuesOfParts(params),
    ...(params.method === undefined && cuts !== undefined
      ? [
          { what: 'Validation begins at', value: cuts[0] },
          { what: 'Test begins at', value: cuts[1] },
        ]
      : []),
    { what: ROWS_WITHOUT_TARGET, value: formatCount(parts.dropped) },
  ];
}

function methodSection(params: SplitParams, parts: Parts): Section {
  const rows = splitSettings(params, parts).map(({ what, value }) => ({ what, value }));
  return {
    id: 'method',
    title: 'Method',
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: 'what', label: 'Setting' },
          { key: 'value', label: 'Value' },
        ],
        rows,
      },
    ],
  };
}

function valuesOfParts({ given }: SplitParams): readonly Setting[] {
  if (given?.kind !== 'column') return [];
  return given.values.map((values, part) => ({
    what: capital(PARTS[part]?.name ?? ''),
    value: values.length === 0 ? 'taken from train' : values.join(', '),
  }));
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
