/** Locations that are addresses of other machines: what they are called, and what of them may be shown. */
import { schemeOf } from './data-files.ts';

export type AddressKind = 'http' | 's3' | 'postgresql';

const KINDS: ReadonlyMap<string, AddressKind> = new Map([
  ['http', 'http'],
  ['https', 'http'],
  ['s3', 's3'],
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
]);

/** `undefined` for a path, and for a scheme that nothing here reads. */
export function addressKind(location: string): AddressKind | undefined {
  const scheme = schemeOf(location);
  return scheme === undefined ? undefined : KINDS.get(scheme);
}

export function isAddress(location: string): boolean {
  return addressKind(location) !== undefined;
}

export const PIN = 'sha256=';

/** What stands behind `#`: the digest that the bytes must have, or whatever else was written there. */
export function fragmentOf(location: string): string | undefined {
  const at = location.indexOf('#');
  return at < 0 ? undefined : location.slice(at + 1);
}

/** What is read of a database: a table, or a query. */
export interface Wanted {
  readonly table?: string;
  readonly sql?: string;
}

/** Behind the address of a database: what is wanted of it, so that each table and query is kept apart. Ours, and never sent. */
const WANTED = '#mlrecipe=';

export function databaseAddress(location: string, wanted: Wanted): string {
  return `${location}${WANTED}${encodeURIComponent(JSON.stringify(wanted))}`;
}

/** The address of the database alone, and what is wanted of it. */
export function partsOfAddress(location: string): { readonly address: string; readonly wanted?: Wanted } {
  const at = location.indexOf(WANTED);
  if (at < 0) return { address: location };
  return { address: location.slice(0, at), wanted: JSON.parse(decodeURIComponent(location.slice(at + WANTED.length))) as Wanted };
}

/** SHA-256 in lower-case hex; `undefined` without one. */
export function pinOf(location: string): string | undefined {
  const fragment = fragmentOf(location)?.toLowerCase();
  return fragment !== undefined && /^sha256=[0-9a-f]{64}$/u.test(fragment) ? fragment.slice(PIN.length) : undefined;
}

/** Without user, password, query and fragment: the parts in which credentials travel. */
export function shownAddress(location: string): string {
  const [plain = ''] = location.split(/[?#]/u);
  const shown = plain.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/iu, '$1');
  return /^[^#]*\?/u.test(location) ? `${shown}?…` : shown;
}

/** The path of an address, by whose ending its format is told. */
export function addressPath(location: string): string {
  const [plain = ''] = location.split(/[?#]/u);
  return plain.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/iu, '');
}

/** What is wrong with an address as it is written. */
export function addressMistake(location: string): { readonly message: string; readonly hint: string } | undefined {
  const shown = shownAddress(location);
  if (!URL.canParse(location))
    return { message: `\`${shown}\` is no valid address`, hint: 'such as `https://example.com/data/houses.csv`' };
  if (addressKind(location) === 's3' && !/^s3:\/\/[^/?#]+\/[^?#]*[^/?#]/iu.test(location))
    return {
      message: `\`${shown}\` names no object of a bucket`,
      hint: 'write `s3://BUCKET/path/of/the/file.parquet`; a folder cannot be read',
    };
  if (addressKind(location) === 'postgresql') {
    return addressPath(location).length > 1 && fragmentOf(location) === undefined
      ? undefined
      : {
          message: `\`${shown}\` names no database`,
          hint: 'write `postgresql://USER:PASSWORD@HOST:5432/DATABASE`, from a variable of the environment',
        };
  }
  if (addressPath(location).includes('*'))
    return {
      message: 'patterns work for files of this machine and not for addresses',
      hint: 'list the addresses: `location: [https://…/a.csv, https://…/b.csv]`',
    };
  const fragment = fragmentOf(location);
  if (fragment !== undefined && pinOf(location) === undefined)
    return { message: `\`#${fragment}\` pins no digest`, hint: 'write `#sha256=` with 64 hexadecimal digits, or remove it' };
  return undefined;
}
