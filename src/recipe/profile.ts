/** Profiles: `profiles/NAME.yaml`, which one is in use and which there are. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { Environment } from './environment.ts';

/** The profile that is used when none is named. */
export const DEFAULT_PROFILE = 'local';
const FOLDER = 'profiles';
const EXTENSION = '.yaml';

/** Path as it appears in spans. */
export function profileFile(name: string): string {
  return `${FOLDER}/${name}${EXTENSION}`;
}

/** Names of the profiles, in code-unit order; none when there is no such folder. */
export function listProfiles(root: string): readonly string[] {
  try {
    const names = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith(EXTENSION) && name !== EXTENSION);
    return names.map((name) => name.slice(0, -EXTENSION.length)).sort();
  } catch {
    return [];
  }
}

export interface ProfileRequest {
  readonly root: string;
  /** What `--profile` says. */
  readonly named: string | undefined;
  readonly environment: Environment;
  /** The text of a file below the root, `undefined` when there is none. */
  readonly read: (file: string) => string | undefined;
}

export type ProfileChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly name: string; readonly text: string }
  | { readonly kind: 'missing'; readonly diagnostic: Diagnostic };

/** `--profile`, then `RECIPE_PROFILE`, then `local` when it exists, else none: no profile is required. */
export function chooseProfile({ root, named, environment, read }: ProfileRequest): ProfileChoice {
  const fromEnvironment = environment['RECIPE_PROFILE'] === '' ? undefined : environment['RECIPE_PROFILE'];
  const wanted = named ?? fromEnvironment;
  const name = wanted ?? DEFAULT_PROFILE;
  // A name is no path: it can reach no file outside of the folder.
  const text = /^[^/\\]+$/u.test(name) ? read(profileFile(name)) : undefined;
  if (text !== undefined) return { kind: 'found', name, text };
  if (wanted === undefined) return { kind: 'none' };
  return { kind: 'missing', diagnostic: profileNotFound(wanted, listProfiles(root), named === undefined) };
}

function profileNotFound(name: string, existing: readonly string[], isFromEnvironment: boolean): Diagnostic {
  const near = closest(name, existing);
  const source = isFromEnvironment ? ' (from `RECIPE_PROFILE`)' : '';
  const has = existing.length === 0 ? ' in `profiles/`' : `; the profiles are ${listNames(existing)}`;
  return {
    code: 'profile-not-found',
    severity: 'error',
    message: `there is no profile \`${name}\`${source}${has}`,
    hint: near === undefined ? `create \`${profileFile(name)}\`` : `did you mean \`${near}\`?`,
  };
}
