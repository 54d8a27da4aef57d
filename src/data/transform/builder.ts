/**
 * A transformer while it is being fitted: each operation is added with what it learned, and the
 * next one learns from the rows as they are then.
 */
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { isPattern, matches } from '../../schema/name-pattern.ts';
import type { Selection } from '../../schema/operation-param.ts';
import { describeColumns } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { addOperations, baseLayer, featuresOf, transformSql } from './compile.ts';
import { type FoldedRows, numberRows } from './folds.ts';
import type { Layer, LayerColumn } from './layer.ts';
import { findLevels } from './levels.ts';
import type { Choice, FittedOperation, PipelineTransformer, TrainingOperation, TransformInput } from './transformer.ts';

/** More levels than this, and the rarer ones share a code: a histogram of a tree has 255 bins. */
export const MOST_CODES = 255;

/** What a transformer is fitted for. */
export interface Purpose {
  readonly target: string;
  /** Absent: a classification unless the target is a number. */
  readonly task?: 'regression' | 'classification';
  /** Names that no feature may take, above all the target's. */
  readonly reserved: readonly string[];
  /** Columns whose levels must not become names. */
  readonly isSensitive?: (column: string) => boolean;
  /** Columns that are said to be free text. */
  readonly isFreeText?: (column: string) => boolean;
}

/** The target as operations see it that learn from it. */
export interface BuiltTarget {
  /** In quotes, beside the columns of `relation`. */
  readonly column: string;
  readonly sqlType: string;
  readonly isNumber: boolean;
}

/** The rows that a model learns from, where they are not what the transformer makes of a row. */
export interface TrainingRows {
  /** A query: the features in order, then the kept columns. */
  readonly sql: (keep: readonly string[]) => string;
  release(): Promise<void>;
}

export class TransformerBuilder {
  readonly engine: DataEngine;
  readonly isSensitive: (column: string) => boolean;
  readonly #rows: string;
  readonly #purpose: Purpose;
  readonly #inputs: readonly TransformInput[];
  readonly #operations: FittedOperation[] = [];
  /** The same as the training rows meet them. */
  readonly #training: TrainingOperation[] = [];
  readonly #choices: Choice[] = [];
  readonly #handled = new Set<string>();
  readonly #named = new Set<string>();
  readonly #reserved: readonly string[];
  #folds: { readonly rows: FoldedRows; readonly target: BuiltTarget } | undefined;
  #base: Layer;
  #layer: Layer;

  constructor(engine: DataEngine, relation: string, inputs: readonly TransformInput[], purpose: Purpose) {
    this.engine = engine;
    this.#rows = relation;
    this.#purpose = purpose;
    this.#inputs = inputs;
    this.#reserved = purpose.reserved;
    this.isSensitive = purpose.isSensitive ?? (() => false);
    this.#base = baseLayer(inputs, relation);
    this.#layer = this.#base;
  }

  get columns(): readonly LayerColumn[] {
    return this.#layer.columns;
  }

  /** What may stand after FROM to see the training rows as they are now. */
  get relation(): string {
    return `(${this.#layer.sql})`;
  }

  add(operation: FittedOperation, training: TrainingOperation = operation): void {
    this.#operations.push(operation);
    this.#training.push(training);
    for (const name of wholeColumns(operation)) this.#handled.add(name);
    this.#layer = addOperations(this.#base, this.#training);
  }

  /** From here on `relation` holds the target, and the number of each row's fold. */
  async useFolds(): Promise<BuiltTarget> {
    if (this.#folds !== undefined) return this.#folds.target;
    const { target: name, task } = this.#purpose;
    const columns = await describeColumns(this.engine, this.#rows);
    const found = columns.find((column) => column.name === name);
    if (found === undefined) throw new Error(`the target \`${name}\` is not among the rows that a transformer is fitted on`);
    const isNumber = task === undefined ? found.type === 'number' || found.type === 'integer' : task === 'regression';
    const rows = await numberRows(this.engine, this.#rows, columns);
    this.#base = baseLayer(this.#inputs, rows.relation, { keep: [name], folds: true });
    this.#layer = addOperations(this.#base, this.#training);
    const target = { column: String(this.#base.carried[0]), sqlType: found.sqlType, isNumber };
    this.#folds = { rows, target };
    return target;
  }

  /** How many columns target encoding makes of one: as many as there are classes when there are more than two. */
  async targetWidth(): Promise<number> {
    const { target, task } = this.#purpose;
    if (task === 'regression') return 1;
    const found = (await describeColumns(this.engine, this.#rows)).find(({ name }) => name === target);
    if (task === undefined && (found?.type === 'number' || found?.type === 'integer')) return 1;
    const [row] = await this.engine.query(`SELECT count(DISTINCT ${quoteIdentifier(target)}) AS n FROM ${this.#rows}`);
    return Number(row?.['n'] ?? 0) > 2 ? Number(row?.['n']) : 1;
  }

  /** After `finish`: the training rows, where an operation treats them in a way of their own. */
  trainingRows(transformer: PipelineTransformer): TrainingRows | undefined {
    if (this.#folds === undefined) return undefined;
    const { relation, release } = this.#folds.rows;
    return { sql: (keep) => transformSql(transformer, relation, { keep, training: this.#training }), release };
  }

  async release(): Promise<void> {
    await this.#folds?.rows.release();
  }

  choose(column: string, text: string, isDropped = false, isRowKey = false): void {
    this.#choices.push({ column, text, isDropped, ...(isRowKey && { isRowKey }) });
  }

  /** `wanted`, or with a number behind it where the name is taken. Names that differ in case only are the same to SQL. */
  freeName(wanted: string, alsoTaken: readonly string[] = []): string {
    const taken = new Set([...this.columns.map(({ name }) => name), ...this.#reserved, ...alsoTaken].map((name) => name.toLowerCase()));
    if (!taken.has(wanted.toLowerCase())) return wanted;
    for (let suffix = 2; ; suffix++) if (!taken.has(`${wanted}_${suffix}`.toLowerCase())) return `${wanted}_${suffix}`;
  }

  isReserved(name: string): boolean {
    return this.#reserved.some((reserved) => reserved.toLowerCase() === name.toLowerCase());
  }

  column(name: string, operation: string): LayerColumn {
    const found = this.columns.find((column) => column.name === name);
    if (found !== undefined) return found;
    const names = this.columns.map((column) => column.name);
    const near = closest(name, names);
    throw fault(
      'unknown-column',
      `\`${operation}\` names the column \`${name}\`, which is not there at this point; there are ${listNames(names)}`,
      near === undefined ? undefined : `did you mean \`${near}\`?`,
    );
  }

  expect({ name, type }: LayerColumn, operation: string, accepted: readonly LayerColumn['type'][]): void {
    if (!accepted.includes(type))
      throw fault('bad-value', `\`${operation}\` cannot use the column \`${name}\`, which is ${TYPE_WORDS[type]}`);
  }

  /**
   * The columns that an operation is for, each of an accepted type: those it names must be, those that a pattern
   * or a type gives are looked through. Without a selection those of `fallback`.
   */
  select(
    columns: Selection | undefined,
    operation: string,
    accepted: readonly LayerColumn['type'][],
    fallback: readonly LayerColumn['type'][] = accepted,
  ): readonly LayerColumn[] {
    const selected = this.#selected(columns, operation, accepted, fallback);
    for (const { name } of selected) {
      this.#handled.add(name);
      if (Array.isArray(columns)) this.#named.add(name);
    }
    return selected;
  }

  /** The columns of a selection, without an operation being for them. */
  find(columns: Selection, operation: string, accepted: readonly LayerColumn['type'][]): readonly LayerColumn[] {
    return this.#selected(columns, operation, accepted, accepted);
  }

  /** Whether an operation was for this column, or made it of one that it was for and left nothing to do. */
  isHandled(name: string): boolean {
    return this.#handled.has(name);
  }

  /** Whether an operation was for this column by its name or a pattern. */
  isNamed(name: string): boolean {
    return this.#named.has(name);
  }

  #selected(
    columns: Selection | undefined,
    operation: string,
    accepted: readonly LayerColumn['type'][],
    fallback: readonly LayerColumn['type'][],
  ): readonly LayerColumn[] {
    if (columns === undefined) return this.columns.filter(({ type }) => fallback.includes(type));
    if ('type' in columns) {
      const { type: wanted, except = [] } = columns;
      const left = new Set(except.flatMap((name) => this.#find(name, operation)).map(({ name }) => name));
      const isMeant = (name: string): boolean => LAYER_TYPES[wanted] !== 'string' || (wanted === 'text') === this.#isFreeText(name);
      return this.columns.filter(
        ({ name, type }) => type === LAYER_TYPES[wanted] && isMeant(name) && accepted.includes(type) && !left.has(name),
      );
    }
    const found = columns.flatMap((wanted) => {
      if (!this.#isName(wanted)) return this.#find(wanted, operation).filter(({ type }) => accepted.includes(type));
      const column = this.column(wanted, operation);
      this.expect(column, operation, accepted);
      return [column];
    });
    return [...new Set(found)];
  }

  #isFreeText(name: string): boolean {
    return this.#purpose.isFreeText?.(name) ?? false;
  }

  /** The column of this name, else those that fit it as a pattern. */
  #find(wanted: string, operation: string): readonly LayerColumn[] {
    return this.#isName(wanted) ? [this.column(wanted, operation)] : this.columns.filter(({ name }) => matches(wanted, name));
  }

  #isName(wanted: string): boolean {
    return !isPattern(wanted) || this.columns.some(({ name }) => name === wanted);
  }

  /** Codes for texts that are left, no dates, at least one feature; then it is done. */
  async finish(): Promise<PipelineTransformer> {
    for (const { name, type } of this.columns) {
      if (type !== 'timestamp') continue;
      this.add({ op: 'drop', columns: [name] });
      this.choose(name, 'date, not used: make parts or differences of it', true);
    }
    const texts = this.columns.filter(({ type }) => type === 'string');
    const levels = await findLevels(this.engine, this.relation, texts, { most: MOST_CODES, keepWhenMore: MOST_CODES - 1 });
    texts.forEach(({ name }, index) => {
      const { kept = [], hasOther = false, count = 0 } = levels[index] ?? {};
      this.add({ op: 'ordinal', column: name, levels: kept, other: hasOther });
      this.choose(name, `text, ${hasOther ? `more than ${count - 1}` : count} levels → category codes`);
    });
    const features = featuresOf(this.columns);
    if (features.length === 0) {
      throw fault(
        'empty-data',
        'no column is left to learn from',
        this.#choices.length === 0
          ? undefined
          : `the columns went like this: ${this.#choices.map(({ column, text }) => `\`${column}\` ${text}`).join('; ')}`,
      );
    }
    return { kind: 'pipeline', formatVersion: 1, inputs: this.#inputs, operations: this.#operations, features, choices: this.#choices };
  }
}

/** Names of columns of 0 and 1 that an operation makes: no value is missing. */
function wholeColumns(operation: FittedOperation): readonly string[] {
  if (operation.op === 'one_hot')
    return [...operation.levels.map(({ name }) => name), ...(operation.other === undefined ? [] : [operation.other])];
  if (operation.op === 'word_counts' || operation.op === 'feature_hash') return operation.names;
  return operation.op === 'impute' ? operation.columns.flatMap(({ indicator }) => indicator ?? []) : [];
}

export function fault(code: Diagnostic['code'], message: string, hint?: string): DiagnosticError {
  return new DiagnosticError({ code, severity: 'error', message, ...(hint !== undefined && { hint }) });
}

const LAYER_TYPES = { number: 'number', boolean: 'boolean', category: 'string', text: 'string', date: 'timestamp' } as const;
export const TYPE_WORDS = {
  number: 'numeric',
  boolean: 'true or false',
  string: 'text',
  timestamp: 'a date',
  category: 'a category by now',
} as const;
