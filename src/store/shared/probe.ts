/**
 * Whether a remote keeps the promise that the first writer of a key wins. Some servers take a
 * conditional request and ignore the condition; on such a one two machines could replace each
 * other's results, so nothing is written there.
 */
import { sha256Hex } from '../../engine/digest.ts';
import type { RemoteStore } from './remote-store.ts';

/** The key of no task. The marker stays, so that later probes need one request and no right to delete. */
const KEY = sha256Hex('mlrecipe conditional create');
const MARKER: Uint8Array = Buffer.from('mlrecipe: shows that a second conditional create is refused\n');

export async function honoursConditionalCreate(remote: RemoteStore): Promise<boolean> {
  if ((await remote.putEntry(KEY, MARKER, { replace: false })) === 'exists') return true;
  return (await remote.putEntry(KEY, MARKER, { replace: false })) === 'exists';
}
