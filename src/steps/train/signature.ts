/** The columns that a caller must bring to get a prediction, by MLflow's type names. */
import type { ColumnType } from '../../data/table.ts';
import type { SignatureColumn } from '../../models/mlmodel.ts';
import type { DataSchema } from '../data-schema.ts';

const TYPES: Readonly<Record<ColumnType, SignatureColumn['type']>> = {
  number: 'double',
  integer: 'long',
  boolean: 'boolean',
  string: 'string',
  timestamp: 'datetime',
};

/** `used` are the raw columns that the transformer reads. */
export function signatureOf(schema: DataSchema, used: readonly string[]): readonly SignatureColumn[] {
  return schema.columns.filter(({ name }) => used.includes(name)).map(({ name, type }) => ({ name, type: TYPES[type], required: true }));
}
