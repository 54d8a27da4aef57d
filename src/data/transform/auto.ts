/**
 * What `using: auto` makes of each column, from the training rows alone and in a few statements over
 * them. Every choice is one readable line.
 */
import { ruleOf } from '../../schema/name-pattern.ts';
import type { Roles } from '../column-rules.ts';
import type { ColumnProfile } from '../profile.ts';
import { addDates } from './auto-dates.ts';
import { addTexts, type TextOptions } from './auto-texts.ts';
import type { TransformerBuilder } from './builder.ts';
import { fitImpute } from './fit-impute.ts';

export interface AutoOptions {
  readonly impute: 'median' | 'none';
  readonly encode: 'one_hot' | 'ordinal';
}

/** What the recipe says of the columns. */
export interface Known extends Pick<TextOptions, 'kindOf'> {
  readonly hasTimeSplit: boolean;
}

export function knownOf({ roles, types = {} }: { readonly roles: Roles; readonly types?: Readonly<Record<string, string>> }): Known {
  return {
    hasTimeSplit: Object.values(roles).includes('time'),
    kindOf: (column) => {
      const type = ruleOf(types, column);
      return type === 'category' || type === 'text' ? type : undefined;
    },
  };
}

/** Add the operations for these columns, which are neither constant nor ids. */
export async function addAutomaticOperations(
  builder: TransformerBuilder,
  profiles: readonly ColumnProfile[],
  { impute, encode, ...known }: AutoOptions & Known,
): Promise<void> {
  addDates(
    builder,
    profiles.filter(({ type }) => type === 'timestamp'),
    { asWaves: encode === 'one_hot', hasTimeSplit: known.hasTimeSplit },
  );
  for (const { name, type, missing, rows } of profiles) {
    if (type === 'boolean') builder.choose(name, 'true or false → 0 and 1');
    else if (type === 'number' || type === 'integer')
      builder.choose(
        name,
        missing === 0 ? 'number, as it is' : `number, ${share(missing, rows)} missing${impute === 'none' ? ', as it is' : ''}`,
      );
  }
  if (impute === 'median') await addMedians(builder);
  await addTexts(
    builder,
    profiles.filter(({ type }) => type === 'string'),
    { encode, kindOf: known.kindOf },
  );
}

async function addMedians(builder: TransformerBuilder): Promise<void> {
  const medians = await fitImpute(
    builder,
    builder.columns.filter(({ name, type }) => (type === 'number' || type === 'boolean') && !builder.isHandled(name)),
    { strategy: 'median' },
    true,
  );
  if (medians === undefined) return;
  builder.add(medians);
  for (const { name, value, indicator } of medians.columns) {
    if (indicator !== undefined) builder.choose(name, `missing → median ${Number(Number(value).toPrecision(6))}, and \`${indicator}\``);
  }
}

function share(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toPrecision(2))} %`;
}
