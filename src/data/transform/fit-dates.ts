/** Parts of dates and differences between them. */
import type { TransformerBuilder } from './builder.ts';
import { isCyclic } from './date-sql.ts';
import type { OperationOf } from './operation.ts';
import type { DatePart } from './transformer.ts';

export function dateParts(builder: TransformerBuilder, { columns, parts, cyclic }: OperationOf<'date_parts'>): void {
  for (const { name } of builder.select(columns, 'date_parts', ['timestamp'])) addDateParts(builder, name, parts, cyclic);
}

/** With `cyclic` the parts that begin again are a sine and a cosine each. */
export function addDateParts(builder: TransformerBuilder, column: string, parts: readonly DatePart[], cyclic: boolean): void {
  const made = parts.flatMap((part) =>
    (cyclic && isCyclic(part) ? (['sin', 'cos'] as const) : [undefined]).map((wave) => ({
      part,
      name: builder.freeName(`${column}_${part}${wave === undefined ? '' : `_${wave}`}`),
      ...(wave !== undefined && { wave }),
    })),
  );
  builder.add({ op: 'date_parts', column, parts: made });
  builder.choose(column, `date → ${parts.join(', ')}${cyclic && parts.some(isCyclic) ? ', as sine and cosine' : ''}`);
}

export function dateDifference(builder: TransformerBuilder, { from, to, unit }: OperationOf<'date_difference'>): void {
  for (const name of [from, to]) builder.expect(builder.column(name, 'date_difference'), 'date_difference', ['timestamp']);
  builder.add({ op: 'date_difference', from, to, unit, name: builder.freeName(`${to}_minus_${from}_${unit}`) });
  builder.choose(to, `date → ${unit} since \`${from}\``);
}
