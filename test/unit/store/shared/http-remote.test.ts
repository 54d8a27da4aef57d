import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import { type HttpRemoteOptions, openHttpRemote } from '../../../../src/store/shared/http-remote.ts';
import { honoursConditionalCreate } from '../../../../src/store/shared/probe.ts';
import type { RemoteStore } from '../../../../src/store/shared/remote-store.ts';
import { type CacheServer, startCacheServer } from '../../../support/cache-server.ts';

const key = sha256Hex('key');
const bytes = Buffer.from('some bytes');
const digest = sha256Hex(bytes);

let server: CacheServer;
let pauses: number[];
beforeEach(async () => {
  server = await startCacheServer();
  pauses = [];
});

const open = (options: Partial<HttpRemoteOptions> = {}): RemoteStore =>
  openHttpRemote({ url: server.url, sleep: async (ms) => void pauses.push(ms), ...options });

describe('a server that works', () => {
  test('blobs: there and back, under their digest', async () => {
    const remote = open();
    expect([await remote.hasBlob(digest), await remote.getBlob(digest)]).toEqual([false, undefined]);
    await remote.putBlob(digest, bytes);
    expect([await remote.hasBlob(digest), await remote.getBlob(digest)]).toEqual([true, bytes]);
    expect(server.requests).toEqual([
      `HEAD /cas/${digest}`,
      `GET /cas/${digest}`,
      `PUT /cas/${digest}`,
      `HEAD /cas/${digest}`,
      `GET /cas/${digest}`,
    ]);
  });

  test('entries: the first writer wins, unless it is told to replace', async () => {
    const remote = open();
    expect(await remote.getEntry(key)).toBeUndefined();
    expect(await remote.putEntry(key, Buffer.from('first'), { replace: false })).toBe('created');
    expect(await remote.putEntry(key, Buffer.from('second'), { replace: false })).toBe('exists');
    expect(await remote.getEntry(key)).toEqual(Buffer.from('first'));
    expect(await remote.putEntry(key, Buffer.from('third'), { replace: true })).toBe('created');
    expect(await remote.getEntry(key)).toEqual(Buffer.from('third'));
  });

  test('every request is authorised, and the name shows no password', async () => {
    const remote = open({
      url: server.url.replace('http://', 'http://user:secret@'),
      authorize: ({ method, url, payloadDigest }) => ({ authorization: `Test ${method} ${url.pathname} ${payloadDigest}` }),
    });
    await remote.putBlob(digest, bytes);
    expect(server.headers[0]?.authorization).toBe(`Test PUT /cache/cas/${digest} ${digest}`);
    expect(remote.name).toBe(`${server.url}/`);
  });

  test('the probe: honoured with two requests at first and one later; ignored', async () => {
    expect(await honoursConditionalCreate(open())).toBe(true);
    expect(await honoursConditionalCreate(open())).toBe(true);
    expect(server.requests).toHaveLength(3);
    server.ignoresConditions = true;
    expect(await honoursConditionalCreate(open())).toBe(false);
  });
});

describe('a server that does not', () => {
  beforeEach(() => void server.objects.set(`/ac/${key}`, bytes));

  test.each(['broken', 'reset', 'truncated'] as const)('%s for a moment: tried again', async (fault) => {
    let times = 0;
    server.fault = () => (times++ < 2 ? fault : undefined);
    expect(await open().getEntry(key)).toEqual(bytes);
    expect(pauses).toEqual([200, 800]);
  });

  test('broken for good: an error after three attempts', async () => {
    server.fault = () => 'broken';
    await expect(open().getEntry(key)).rejects.toThrow(`GET ${server.url}/ac/${key}: the server answered 500`);
    expect(server.requests).toHaveLength(3);
  });

  /** A timer that is over as soon as the request has arrived; `limits` gets how long it would have been. */
  const impatient =
    (limits: number[]) =>
    (ms: number, onTimeout: () => void): (() => void) => {
      limits.push(ms);
      const arrived = server.requests.length + 1;
      let isOver = false;
      const check = (): void => {
        if (isOver || server.requests.length < arrived) {
          if (!isOver) setImmediate(check);
        } else if (server.fault('GET', '') === 'silent') onTimeout();
      };
      check();
      return () => {
        isOver = true;
      };
    };

  test('silent from the first: given up soon, and not asked again', async () => {
    server.fault = () => 'silent';
    const limits: number[] = [];
    const remote = open({ startTimer: impatient(limits) });
    await expect(remote.getEntry(key)).rejects.toThrow(`GET ${server.url}/ac/${key}: no answer within 2 s`);
    expect(limits).toEqual([2000]);
    expect(server.requests).toHaveLength(1);
  });

  test('silent after it has answered: asked three times, and given up when the time is over', async () => {
    const limits: number[] = [];
    const remote = open({ startTimer: impatient(limits) });
    expect(await remote.getEntry(key)).toEqual(bytes);
    server.fault = () => 'silent';
    await expect(remote.getEntry(key)).rejects.toThrow(`GET ${server.url}/ac/${key}: no answer within 15 s`);
    expect(limits.slice(-3)).toEqual([15_000, 15_000, 15_000]);
    expect(server.requests).toHaveLength(4);
  });

  test('redirects are not followed, since the credentials would go along', async () => {
    server.fault = () => 'redirect';
    await expect(open().getEntry(key)).rejects.toThrow('the server answered 307');
    expect(server.requests).toHaveLength(1);
  });

  test('an endless answer is cut off', async () => {
    server.fault = () => 'endless';
    await expect(open().getEntry(key)).rejects.toThrow('the answer is longer than any that was stored');
  });

  test('nobody listens', async () => {
    await expect(open({ url: 'http://127.0.0.1:1/' }).getEntry(key)).rejects.toThrow(/^GET http:\/\/127\.0\.0\.1:1\/ac\/[0-9a-f]{64}: /);
  });
});
