/**
 * Results that no collection may take: `pins/NAME.json` lists their keys. A pin that cannot be read
 * stops the collection, since guessing would lose what somebody asked to keep.
 */

import { isPortableName } from '../engine/portable-name.ts';
import type { Digest } from '../engine/task.ts';
import { writeAtomically } from './atomic-file.ts';
import { decodeChecksummed, encodeChecksummed } from './checksummed.ts';
import { readIfPresent } from './read-if-present.ts';
import type { InspectableStore } from './store-folder.ts';

const FORMAT = 1;
const ENDING = '.json';

export interface Pin {
  readonly name: string;
  readonly keys: readonly Digest[];
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Create or replace a pin. The name is a file name, so it must be one on every system. */
export function pinEntries({ files }: InspectableStore, name: string, keys: readonly Digest[]): Pin {
  if (!isPortableName(name)) throw new Error(`\`${name}\` cannot be the name of a pin: it must be a file name on every system`);
  const { fs, clock, layout, staging } = files;
  const pin: Pin = { name, keys: [...new Set(keys)].sort(), since: clock.now() };
  writeAtomically(fs, layout.pin(name), encodeChecksummed({ format: FORMAT, pin }), { draft: staging.draft(), durable: true });
  return pin;
}

/** False when there was no such pin. */
export function unpin({ files }: InspectableStore, name: string): boolean {
  const { fs, layout } = files;
  if (!isPortableName(name) || fs.stat(layout.pin(name)) === undefined) return false;
  fs.remove(layout.pin(name));
  return true;
}

/** By name. Throws when one of them cannot be read. */
export function listPins({ files }: InspectableStore): readonly Pin[] {
  const { fs, layout } = files;
  return fs
    .readFolder(layout.pins)
    .filter((name) => name.endsWith(ENDING))
    .map((file) => {
      const name = file.slice(0, -ENDING.length);
      const record = decodeChecksummed(readIfPresent(fs, layout.pin(name)) ?? new Uint8Array()) as
        | { readonly format?: unknown; readonly pin?: Pin }
        | undefined;
      if (record?.format === FORMAT && record.pin?.name === name) return record.pin;
      throw new Error(`the pin \`${name}\` cannot be read; pin the results again or remove the pin`);
    });
}

export function pinnedKeys(pins: readonly Pin[]): ReadonlySet<Digest> {
  return new Set(pins.flatMap((pin) => pin.keys));
}
