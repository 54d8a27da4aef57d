/**
 * Bytes by their digest. A blob is written once, read-only, and never changes; it needs no lock,
 * since two writers of one digest write the same bytes.
 */
import { dirname } from 'node:path';
import type { OutputFile } from '../engine/ports.ts';
import type { Digest } from '../engine/task.ts';
import { setAside } from './quarantine.ts';
import type { StoreFolder } from './store-folder.ts';
import { hasCode } from './system-error.ts';

const READ_ONLY = 0o444;

export class Blobs {
  readonly #options: StoreFolder;
  /** Digests whose bytes were found bad by this process. */
  readonly #damaged = new Set<Digest>();

  constructor(options: StoreFolder) {
    this.#options = options;
  }

  /** By name and size; the bytes are verified when they are brought back. */
  holds(file: OutputFile): boolean {
    const { fs, layout } = this.#options;
    const stat = fs.stat(layout.blob(file.digest));
    return stat?.kind === 'file' && stat.sizeBytes === file.sizeBytes;
  }

  /** Why `holds` says no. */
  isDamaged(file: OutputFile): boolean {
    const { fs, layout } = this.#options;
    return this.#damaged.has(file.digest) || fs.stat(layout.blob(file.digest)) !== undefined;
  }

  /**
   * Copy a file in. A copy and not the file itself: the process that wrote it may still have it
   * open. Flushed before it gets its name, so an entry written later never names half a blob.
   */
  put(from: string, file: OutputFile): void {
    const { fs, layout, staging } = this.#options;
    const path = layout.blob(file.digest);
    if (this.holds(file) && this.#refresh(path)) return;
    const draft = staging.draft();
    try {
      fs.copyFile(from, draft, { durable: true });
      this.#name(draft, file);
    } catch (error) {
      fs.remove(draft);
      throw error;
    }
  }

  /** Take bytes that `fill` writes to a draft, after a look at their digest. */
  async take(file: OutputFile, fill: (draft: string) => Promise<void>): Promise<boolean> {
    const { fs, layout, staging } = this.#options;
    if (this.holds(file) && this.#refresh(layout.blob(file.digest))) return true;
    const draft = staging.draft();
    try {
      await fill(draft);
      const { digest, stat } = await fs.hashFile(draft);
      if (digest !== file.digest || stat.sizeBytes !== file.sizeBytes) return false;
      fs.syncFile(draft);
      this.#name(draft, file);
      return true;
    } finally {
      fs.remove(draft);
    }
  }

  #name(draft: string, file: OutputFile): void {
    const { fs, clock, layout } = this.#options;
    const path = layout.blob(file.digest);
    // Some systems copy the times as well, and an old blob without an entry is garbage.
    fs.setTime(draft, clock.now());
    fs.setMode(draft, READ_ONLY);
    fs.makeFolder(dirname(path));
    // Windows renames nothing over a read-only file, such as a damaged blob.
    if (fs.stat(path) !== undefined) fs.remove(path);
    fs.rename(draft, path);
    this.#damaged.delete(file.digest);
  }

  /** Young again, so that a collection of garbage does not take it before the entry names it. False when it is gone or another user's. */
  #refresh(path: string): boolean {
    const { fs, clock } = this.#options;
    try {
      fs.setTime(path, clock.now());
      return true;
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EPERM')) throw error;
      return false;
    }
  }

  /** Make the folders that hold these blobs durable: their names, after their bytes. */
  sync(files: readonly OutputFile[]): void {
    const { fs, layout } = this.#options;
    for (const folder of new Set(files.map((file) => dirname(layout.blob(file.digest))))) fs.syncFolder(folder);
  }

  /** Copy a blob out and verify the copy. False when it is missing or bad; a bad one is set aside. */
  async copyOut(file: OutputFile, to: string): Promise<boolean> {
    const { fs, layout } = this.#options;
    // A file of another size under this name stays: nobody takes it for the blob, and `put` replaces it.
    if (!this.holds(file)) return false;
    const path = layout.blob(file.digest);
    try {
      fs.copyFile(path, to);
    } catch (error) {
      // Collected in this moment.
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
    const { digest } = await fs.hashFile(to);
    if (digest === file.digest) return true;
    setAside(fs, layout, path, `blob-${file.digest}`);
    this.#damaged.add(file.digest);
    return false;
  }
}
