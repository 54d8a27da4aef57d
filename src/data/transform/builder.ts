/**
 * A transformer while it is being fitted: each operation is added with what it learned, and the
 * next one learns from the rows as they are then.
 */
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { DataEngine } from '../engine.ts';
import type { Columns } from './api.ts';
import { addOperations, baseLayer, featuresOf, type Layer, type LayerColumn } from './compile.ts';
import { findLevels } from './levels.ts';
import type { Choice, FittedOperation, PipelineTransformer, TransformInput } from './transformer.ts';

/** More levels than this, and the rarer ones share a code: a histogram of a tree has 255 bins. */
export const MOST_CODES = 255;

export class TransformerBuilder {
  readonly engine: DataEngine;
  readonly #inputs: readonly TransformInput[];
  readonly #operations: FittedOperation[] = [];
  readonly #choices: Choice[] = [];
  readonly #reserved: readonly string[];
  readonly #base: Layer;
  #layer: Layer;

  /** `reserved` names are those that no feature may take, above all the target's. */
  constructor(engine: DataEngine, relation: string, inputs: readonly TransformInput[], reserved: readonly string[]) {
    this.engine = engine;
    this.#inputs = inputs;
    this.#reserved = reserved;
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

  add(operation: FittedOperation): void {
    this.#operations.push(operation);
    this.#layer = addOperations(this.#base, this.#operations);
  }

  choose(column: string, text: string, isDropped = false): void {
    this.#choices.push({ column, text, isDropped });
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

  /** The columns that an operation is for, each of an accepted type. */
  select(columns: Columns | undefined, operation: string, accepted: readonly LayerColumn['type'][]): readonly LayerColumn[] {
    if (columns === undefined) return this.columns.filter(({ type }) => accepted.includes(type));
    if (!Array.isArray(columns)) {
      const { kind } = columns as { readonly kind: keyof typeof KINDS };
      return this.columns.filter(({ type }) => type === KINDS[kind] && accepted.includes(type));
    }
    return columns.map((name: string) => {
      const column = this.column(name, operation);
      if (!accepted.includes(column.type))
        throw fault('bad-value', `\`${operation}\` cannot use the column \`${name}\`, which is ${TYPE_WORDS[column.type]}`);
      return column;
    });
  }

  /** Codes for texts that are left, no dates, at least one feature; then it is done. */
  async finish(): Promise<PipelineTransformer> {
    for (const { name, type } of this.columns) {
      if (type !== 'timestamp') continue;
      this.add({ op: 'drop', columns: [name] });
      this.choose(name, 'date, not used: make parts or differences of it', true);
    }
    const texts = this.columns.filter(({ type }) => type === 'string');
    const levels = await findLevels(this.engine, this.relation, texts, MOST_CODES, MOST_CODES - 1);
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

export function fault(code: Diagnostic['code'], message: string, hint?: string): DiagnosticError {
  return new DiagnosticError({ code, severity: 'error', message, ...(hint !== undefined && { hint }) });
}

const KINDS = { numeric: 'number', boolean: 'boolean', text: 'string', date: 'timestamp' } as const;
export const TYPE_WORDS = {
  number: 'numeric',
  boolean: 'true or false',
  string: 'text',
  timestamp: 'a date',
  category: 'a category by now',
} as const;
