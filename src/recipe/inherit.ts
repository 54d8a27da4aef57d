/**
 * `extends` in a profile: the profiles named there are read first, in their order, and this one is laid
 * over them by the rules of `merge`. A profile may extend one that extends another.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { LocatedMap, LocatedScalar } from './located.ts';
import { merge } from './overlay.ts';
import { profileFile } from './profile.ts';

const LONGEST_CHAIN = 50;

export interface Inheritance {
  /** The tree of a profile; `undefined` when it cannot be read, which has been reported then; `missing` when there is none. */
  readonly read: (name: string) => LocatedMap | 'missing' | undefined;
  /** The profiles that exist. */
  readonly existing: () => readonly string[];
}

/** The profile with everything that it inherits, without `extends`. `undefined` after a mistake that was reported. */
export function inherit(
  name: string,
  tree: LocatedMap,
  { read, existing }: Inheritance,
): { readonly tree: LocatedMap | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  /** A profile that several extend is completed once: each way to it would double the work. */
  const completed = new Map<string, LocatedMap | undefined>();

  function complete(own: LocatedMap, chain: readonly string[]): LocatedMap | undefined {
    const entry = own.entries.get('extends');
    if (entry === undefined) return own;
    const rest: LocatedMap = { ...own, entries: new Map([...own.entries].filter(([key]) => key !== 'extends')) };
    const named = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    let below: LocatedMap | undefined;
    for (const node of named) {
      if (node.kind === 'hole') return undefined;
      if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value.trim() === '') {
        diagnostics.push({
          code: 'wrong-type',
          severity: 'error',
          message: '`extends` takes the name of a profile, or a list of names',
          span: node.span,
          hint: 'write for example `extends: base` for what `profiles/base.yaml` says',
        });
        return undefined;
      }
      const base = one(node, node.value, chain);
      if (base === undefined) return undefined;
      below = below === undefined ? base : (merge(below, base) as LocatedMap);
    }
    return below === undefined ? rest : (merge(below, rest) as LocatedMap);
  }

  function one(node: LocatedScalar, wanted: string, chain: readonly string[]): LocatedMap | undefined {
    if (chain.includes(wanted)) {
      const circle = [...chain.slice(chain.indexOf(wanted)), wanted].map((each) => `\`${each}\``).join(' → ');
      diagnostics.push({
        code: 'bad-value',
        severity: 'error',
        message: wanted === chain.at(-1) ? `the profile \`${wanted}\` extends itself` : `these profiles extend each other: ${circle}`,
        span: node.span,
        hint: 'what they share belongs in a profile that extends none of them',
      });
      return undefined;
    }
    const found = /^[^/\\]+$/u.test(wanted) ? read(wanted) : 'missing';
    if (found !== 'missing' && chain.length >= LONGEST_CHAIN) {
      const message = `more than ${LONGEST_CHAIN} profiles extend one another`;
      diagnostics.push({
        code: 'bad-value',
        severity: 'error',
        message,
        span: node.span,
        hint: 'extend the profile that holds the values',
      });
      return undefined;
    }
    if (found !== 'missing') {
      if (!completed.has(wanted)) completed.set(wanted, found === undefined ? undefined : complete(found, [...chain, wanted]));
      return completed.get(wanted);
    }
    const others = existing().filter((each) => !chain.includes(each));
    const near = closest(wanted.replace(/^profiles\/|\.yaml$/gu, ''), others);
    diagnostics.push({
      code: 'profile-not-found',
      severity: 'error',
      message: `there is no profile \`${wanted}\` to extend${others.length === 0 ? '' : `; the others are ${listNames(others)}`}`,
      span: node.span,
      hint: near === undefined ? `create \`${profileFile(wanted)}\`` : `did you mean \`${near}\`?`,
    });
    return undefined;
  }

  return { tree: complete(tree, [name]), diagnostics };
}
