/** What everything that works on the files of one store needs: where they lie and how to touch them. */
import type { Clock, FileSystem } from '../engine/ports.ts';
import type { Layout } from './layout.ts';
import type { Staging } from './staging.ts';

export interface StoreFolder {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly layout: Layout;
  readonly staging: Staging;
}

/** A store that lets its files be counted, checked and collected. */
export interface InspectableStore {
  readonly files: StoreFolder;
}
