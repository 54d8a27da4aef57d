/** A shared cache in a folder, local or on a network: `ac/XX/KEY` and `cas/XX/SHA256`. Needs no lock. */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { FileSystem } from '../../engine/ports.ts';
import type { Digest } from '../../engine/task.ts';
import { writeAtomically } from '../atomic-file.ts';
import { readIfPresent } from '../read-if-present.ts';
import { RemoteError, type RemoteStore } from './remote-store.ts';

export function openFolderRemote({ folder, fs }: { readonly folder: string; readonly fs: FileSystem }): RemoteStore {
  const place = (part: 'ac' | 'cas', name: Digest): string => join(folder, part, name.slice(0, 2), name);
  const write = (path: string, bytes: Uint8Array): void =>
    // Not named after the process: two machines may have the same numbers.
    writeAtomically(fs, path, bytes, { draft: join(dirname(path), `${randomUUID()}.tmp`), durable: true });
  /** Whatever the file system says is a matter of the shared cache, not of the run. */
  const attempt = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (cause) {
      throw new RemoteError((cause as Error).message, { cause });
    }
  };
  return {
    name: folder,
    getEntry: (key) => attempt(() => readIfPresent(fs, place('ac', key))),
    getBlob: (digest) => attempt(() => readIfPresent(fs, place('cas', digest))),
    hasBlob: (digest) => attempt(() => fs.stat(place('cas', digest))?.kind === 'file'),
    putBlob: (digest, bytes) => attempt(() => write(place('cas', digest), bytes)),
    putEntry: (key, bytes, { replace }) =>
      attempt(() => {
        const path = place('ac', key);
        if (replace) write(path, bytes);
        else {
          fs.makeFolder(dirname(path));
          if (!fs.createFile(path, bytes)) return 'exists';
        }
        return 'created';
      }),
  };
}
