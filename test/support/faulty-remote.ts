/**
 * A shared cache on which single requests go wrong, chosen by their number. Bodies that were cut, flipped or exchanged
 * on the way there stay so; on the way back they are wrong once.
 */
import { RemoteError, type RemoteStore } from '../../src/store/shared/remote-store.ts';

export const REMOTE_FAULTS = ['missing', 'broken', 'slow', 'truncated', 'flipped', 'wrong-key'] as const;
export type RemoteFault = (typeof REMOTE_FAULTS)[number];

export interface FaultyRemote {
  readonly remote: RemoteStore;
  /** Number of a request, counted from 0 since this was set → what goes wrong with it. */
  plan(faults: ReadonlyMap<number, RemoteFault>): void;
  /** How many requests have gone wrong so far. */
  hits(): number;
}

export function faultyRemote(sound: RemoteStore): FaultyRemote {
  let faults: ReadonlyMap<number, RemoteFault> = new Map();
  let count = 0;
  let hits = 0;
  /** The body of the request before, which a confused server gives for this one. */
  let before: Uint8Array = Buffer.from('nothing of the kind');

  async function next(): Promise<RemoteFault | undefined> {
    const fault = faults.get(count++);
    if (fault !== undefined) hits++;
    if (fault === 'broken') throw new RemoteError('the server answered 500');
    if (fault === 'slow') {
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      throw new RemoteError('no answer in time');
    }
    return fault;
  }

  function spoil(bytes: Uint8Array, fault: RemoteFault | undefined): Uint8Array {
    if (fault === 'truncated') return bytes.slice(0, bytes.length >> 1);
    if (fault === 'flipped')
      return bytes.length === 0 ? Buffer.from('x') : bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);
    const other = before;
    before = bytes;
    return fault === 'wrong-key' ? other : bytes;
  }

  async function get(ask: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    const fault = await next();
    const bytes = await ask();
    return bytes === undefined || fault === 'missing' ? undefined : spoil(bytes, fault);
  }

  const remote: RemoteStore = {
    name: sound.name,
    getEntry: (key) => get(() => sound.getEntry(key)),
    getBlob: (digest) => get(() => sound.getBlob(digest)),
    async hasBlob(digest) {
      return (await next()) !== 'missing' && (await sound.hasBlob(digest));
    },
    async putBlob(digest, bytes) {
      const fault = await next();
      if (fault !== 'missing') await sound.putBlob(digest, spoil(bytes, fault));
    },
    async putEntry(key, bytes, options) {
      const fault = await next();
      return fault === 'missing' ? 'created' : sound.putEntry(key, spoil(bytes, fault), options);
    },
  };
  return {
    remote,
    plan(chosen) {
      faults = chosen;
      count = 0;
    },
    hits: () => hits,
  };
}
