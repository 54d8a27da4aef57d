/** The one data session of a worker: opened when a step first asks, kept for the next steps. */
import { rmSync } from 'node:fs';
import type { DataEngine } from '../data/engine.ts';

export class SharedData {
  readonly #open: (temporaryFolder: string) => Promise<DataEngine>;
  readonly #temporaryFolder: string;
  #session: Promise<DataEngine> | undefined;

  constructor(open: (temporaryFolder: string) => Promise<DataEngine>, temporaryFolder: string) {
    this.#open = open;
    this.#temporaryFolder = temporaryFolder;
  }

  get(): Promise<DataEngine> {
    if (this.#session === undefined) {
      const session = this.#open(this.#temporaryFolder);
      this.#session = session;
      // What could not be opened may be opened at the next try.
      session.catch(() => {
        if (this.#session === session) this.#session = undefined;
      });
    }
    return this.#session;
  }

  /** Nothing happens when no session is open. The next step gets a new one. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    const engine = await session?.catch(() => undefined);
    if (engine === undefined) return;
    await engine.close().catch(() => {});
    rmSync(this.#temporaryFolder, { recursive: true, force: true });
  }
}
