/** Inputs that a pipeline drops before anything reads them: a model need not ask for them. */
import { columnsRead } from './compile.ts';
import type { FittedOperation, TransformInput } from './transformer.ts';

export interface Read {
  readonly inputs: readonly TransformInput[];
  readonly operations: readonly FittedOperation[];
}

export function withoutUnread({ inputs, operations }: Read): Read {
  const unread = new Set(inputs.map(({ name }) => name).filter((name) => isUnread(name, operations)));
  if (unread.size === 0) return { inputs, operations };
  return {
    inputs: inputs.filter(({ name }) => !unread.has(name)),
    operations: operations.flatMap((operation): readonly FittedOperation[] => {
      if (operation.op !== 'drop') return [operation];
      const columns = operation.columns.filter((name) => !unread.has(name));
      return columns.length === 0 ? [] : [{ op: 'drop', columns }];
    }),
  };
}

/** Whether the first operation that speaks of a column drops it. An expression reads each column whose name it contains, as SQL writes names. */
function isUnread(name: string, operations: readonly FittedOperation[]): boolean {
  for (const operation of operations) {
    if (operation.op === 'drop') {
      if (operation.columns.includes(name)) return true;
    } else if (operation.op === 'derive') {
      const isSaid = ({ name: made, sql }: { readonly name: string; readonly sql: string }): boolean =>
        made.toLowerCase() === name.toLowerCase() || sql.toLowerCase().includes(name.toLowerCase()) || sql.includes('""');
      if (operation.columns.some(isSaid)) return false;
    } else if (columnsRead(operation).includes(name)) return false;
  }
  return false;
}
