/**
 * A FileSystem port in front of a real one that stops at the n-th change, as a killed process does:
 * nothing after it happens, reads included. A torn change leaves half of its bytes.
 */
import type { FileSystem } from '../../src/engine/ports.ts';

export class Killed extends Error {
  constructor() {
    super('killed');
    this.name = 'Killed';
  }
}

export interface CrashAt {
  /** Counted from 1; `Infinity` only counts. */
  readonly change: number;
  readonly isTorn: boolean;
}

const CHANGES: readonly (keyof FileSystem)[] = [
  'writeFile',
  'appendFile',
  'copyFile',
  'rename',
  'makeFolder',
  'remove',
  'syncFolder',
  'setMode',
  'setTime',
  'createFile',
];

export function crashingFileSystem(inner: FileSystem, { change, isTorn }: CrashAt): { readonly fs: FileSystem; changes(): number } {
  let count = 0;
  const fs = Object.fromEntries(
    Object.entries(inner).map(([name, call]) => [
      name,
      (...args: unknown[]) => {
        if (CHANGES.includes(name as keyof FileSystem)) count++;
        if (count === change && isTorn) tear(inner, name, args);
        if (count >= change) throw new Killed();
        return (call as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as FileSystem;
  return { fs, changes: () => count };
}

function tear(inner: FileSystem, name: string, args: readonly unknown[]): void {
  const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, bytes.length / 2);
  if (name === 'writeFile' || name === 'appendFile') inner[name](args[0] as string, half(args[1] as Uint8Array));
  else if (name === 'copyFile') inner.writeFile(args[1] as string, half(inner.readFile(args[0] as string)));
}
