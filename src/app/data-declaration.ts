/**
 * The text of `.recipe/types.d.ts`: the columns of the project as a module augmentation that fills
 * `DataTypes` of `src/data/data-types.ts`. Equal data give equal bytes. Names come from data and may
 * hold anything, so each is written as a string literal and none stands in a comment.
 */
import { createHash } from 'node:crypto';
import type { ColumnType } from '../data/table.ts';

export interface DeclaredColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** How many rows have no value. */
  readonly missing: number;
}

export interface Declaration {
  /** What `split` and all behind it read, in the order of the data. */
  readonly rows: readonly DeclaredColumn[];
  /** Before the user's own steps change the rows, and between them. */
  readonly stages: readonly (readonly DeclaredColumn[])[];
  readonly target: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly task: 'regression' | 'classification';
  /** Classification: every label. */
  readonly classes?: readonly string[];
  /** The names of the features, once `transform` made some. */
  readonly features?: readonly string[];
  /** A part of the rows says neither where values are missing nor which classes there are. */
  readonly isSample: boolean;
}

/** Roles of columns that a transformer gets, as `usableColumns` has it. */
const GIVEN: ReadonlySet<string> = new Set(['feature', 'time']);
/** More classes than these are a text: nobody compares with so many. */
const MOST_CLASSES = 100;
/** A table that is wider is written without a word on each column. */
const MOST_EXPLAINED = 1000;

export function declarationText(declaration: Declaration): string {
  const { rows, stages, target, roles, task, features, isSample } = declaration;
  const others = rows.filter(({ name }) => name === target || !GIVEN.has(roleOf(roles, name))).map(({ name }) => name);
  const targetColumn = rows.find(({ name }) => name === target);
  const typeOf = (column: DeclaredColumn): string => valueType(column, declaration);
  const isExplained = rows.length <= MOST_EXPLAINED;
  const lines = [
    '// The columns of this project, for the type checker. `recipe run` writes this file from the data; an edit of it is lost.',
    `// ${isSample ? SAMPLE : 'all rows'}, shape ${shapeOf(declaration)}`,
    "import 'mlrecipe';",
    '',
    "declare module 'mlrecipe' {",
    '  interface DataTypes {',
    '    /** The rows as `split` and all behind it read them. */',
    ...block(
      'rows',
      rows.map((column) => [column.name, typeOf(column), isExplained ? about(column, declaration) : undefined]),
    ),
    ...(stages.length === 0
      ? []
      : ['    /** The columns before and after the steps that change the rows. */', ...block('stepRows', merged(stages, typeOf))]),
    `    target: ${quoted(target)};`,
    `    notFeatures: ${others.length === 0 ? 'never' : others.map(quoted).join(' | ')};`,
    `    prediction: ${task === 'regression' ? 'number' : labelsOf(declaration)};`,
    "    metricColumns: 'prediction' | 'target';",
    ...(features === undefined
      ? []
      : [
          '    /** The features that `transform` made, and the target. */',
          ...block('transformed', [
            ...features.map((name): Property => [name, 'number | null']),
            ...(targetColumn === undefined ? [] : [[target, typeOf(targetColumn)] as const]),
          ]),
        ]),
    '  }',
    '}',
    '',
  ];
  return lines.join('\n');
}

const SAMPLE = 'a sample of the rows: any value may be missing';

/** What an earlier text says of itself; `undefined` for one that is not ours. */
export function readDeclaration(text: string): { readonly isSample: boolean; readonly shape: string } | undefined {
  const found = /^\/\/ .*\n\/\/ (.*), shape ([0-9a-f]{16})\n/.exec(text);
  return found === null ? undefined : { isSample: found[1] === SAMPLE, shape: found[2] as string };
}

/** The names of the columns in the rows, as a text declares them. */
export function declaredColumns(text: string): readonly string[] {
  const rows = /\n {4}rows: \{\n([\s\S]*?)\n {4}\};\n/.exec(text)?.[1] ?? '';
  return [...rows.matchAll(/^ {6}("(?:[^"\\]|\\.)*"): /gm)].map(([, name = '""']) => JSON.parse(name) as string);
}

/** Names, types, roles and target: what a sample of the rows tells as well as all of them. */
export function shapeOf({ rows, stages, target, roles, task }: Declaration): string {
  const columns = [rows, ...stages].map((stage) => stage.map(({ name, type }) => [name, type, roleOf(roles, name)]));
  return createHash('sha256')
    .update(JSON.stringify([task, target, columns]))
    .digest('hex')
    .slice(0, 16);
}

type Property = readonly [name: string, type: string, comment?: string | undefined];

function block(name: string, properties: readonly Property[]): readonly string[] {
  return [
    `    ${name}: {`,
    ...properties.flatMap(([key, type, comment]) => [
      ...(comment === undefined ? [] : [`      /** ${comment} */`]),
      `      ${quoted(key)}: ${type};`,
    ]),
    '    };',
  ];
}

/** A column of several stages has the values of all of them. */
function merged(stages: readonly (readonly DeclaredColumn[])[], typeOf: (column: DeclaredColumn) => string): readonly Property[] {
  const types = new Map<string, Set<string>>();
  for (const column of stages.flat()) {
    const known = types.get(column.name) ?? new Set<string>();
    types.set(column.name, known.add(typeOf(column)));
  }
  return [...types].map(([name, found]) => [name, [...found].join(' | ')]);
}

const VALUES: Readonly<Record<ColumnType, string>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  string: 'string',
  timestamp: 'Date',
};

const WORDS: Readonly<Record<ColumnType, string>> = {
  number: 'A number',
  integer: 'A whole number',
  boolean: 'True or false',
  string: 'A text',
  timestamp: 'A date or time',
};

function valueType(column: DeclaredColumn, declaration: Declaration): string {
  const { target, isSample } = declaration;
  const value = column.name === target && column.type === 'string' ? labelsOf(declaration) : VALUES[column.type];
  return isSample || column.missing > 0 ? `${value} | null` : value;
}

function labelsOf({ classes = [], isSample }: Declaration): string {
  return isSample || classes.length === 0 || classes.length > MOST_CLASSES ? 'string' : classes.map(quoted).join(' | ');
}

function about(column: DeclaredColumn, { target, roles }: Declaration): string {
  const role = column.name === target ? 'the target' : ROLES[roleOf(roles, column.name)];
  return `${WORDS[column.type]}${role === undefined ? '' : `; ${role}`}.`;
}

const ROLES: Readonly<Record<string, string | undefined>> = {
  id: 'an id',
  time: 'the time',
  group: 'a group',
  weight: 'a weight',
  ignore: 'ignored',
};

/** A name comes from data, so it may be `__proto__`. */
function roleOf(roles: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(roles, name) ? (roles[name] ?? 'feature') : 'feature';
}

/** What a reader would not see, or would see elsewhere than it is, and the line ends that JSON leaves as they are. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
