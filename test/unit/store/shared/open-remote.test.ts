import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import { openRemote, type RemoteLocation } from '../../../../src/store/shared/open-remote.ts';
import type { RemoteStore } from '../../../../src/store/shared/remote-store.ts';
import { startCacheServer } from '../../../support/cache-server.ts';
import { fakeClock, memoryFileSystem } from '../../../support/memory-fs.ts';

const clock = fakeClock();
const open = (location: string, options: Partial<RemoteLocation> = {}): RemoteStore =>
  openRemote({ location, root: '/w', fs: memoryFileSystem(clock), clock, ...options });

test.each([
  ['../team cache', '/team cache'],
  ['/mnt/cache', '/mnt/cache'],
  ['file:///mnt/team%20cache', '/mnt/team cache'],
  ['https://cache.example/v1', 'https://cache.example/v1/'],
  ['s3://bucket/team/recipes', 'https://s3.us-east-1.amazonaws.com/bucket/team/recipes/'],
])('%s lies at %s', (location, name) => expect(open(location).name).toBe(name));

test('a bucket elsewhere', () => {
  expect(open('s3://bucket', { region: 'eu-west-1' }).name).toBe('https://s3.eu-west-1.amazonaws.com/bucket/');
  expect(open('s3://bucket', { endpoint: 'http://minio:9000/' }).name).toBe('http://minio:9000/bucket/');
});

test('any other scheme is refused', () => {
  expect(() => open('ftp://cache.example')).toThrow(
    '`ftp://cache.example` is no place for a shared cache: expected a folder, `http(s)://…` or `s3://BUCKET/PREFIX`',
  );
});

test.each<[RemoteLocation['credentials'], RegExp]>([
  [undefined, /^$/],
  [{ kind: 'bearer', token: 't0ken' }, /^Bearer t0ken$/],
  [{ kind: 'basic', user: 'u', password: 'p' }, /^Basic dTpw$/],
  [
    { kind: 'aws', accessKeyId: 'AKID', secretAccessKey: 's' },
    /^AWS4-HMAC-SHA256 Credential=AKID\/20231114\/us-east-1\/s3\/aws4_request, /,
  ],
])('credentials: %j', async (credentials, expected) => {
  const server = await startCacheServer();
  await open(server.url, credentials && { credentials }).getEntry(sha256Hex('k'));
  expect(server.headers[0]?.authorization ?? '').toMatch(expected);
});
