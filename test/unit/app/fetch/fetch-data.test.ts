/** Data at addresses: fetched once, kept by digest, asked for again on demand, and every failure told with a way out. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { download } from '../../../../src/app/fetch/download.ts';
import { fetchData } from '../../../../src/app/fetch/fetch-data.ts';
import { keptFile } from '../../../../src/app/kept-data.ts';
import { openProject, type Project } from '../../../../src/app/project.ts';
import { needsFetching } from '../../../../src/app/remote-places.ts';
import { stepSettings } from '../../../../src/app/step-settings.ts';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const BODY = 'area,price\n1,2\n3,4\n';

type Answer = (response: ServerResponse, headers: IncomingHttpHeaders, url: string) => void;

async function serve(answer: Answer): Promise<{ readonly url: string; readonly requests: IncomingHttpHeaders[] }> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    answer(response, request.headers, request.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const plain: Answer = (response, headers) => {
  if (headers['if-none-match'] === '"one"') response.writeHead(304).end();
  else response.writeHead(200, { etag: '"one"' }).end(BODY);
};

function project(location: string, env: Readonly<Record<string, string>> = {}): Project {
  const root = tempFolder();
  mkdirSync(join(root, 'profiles'));
  writeFileSync(join(root, 'profiles/local.yaml'), `steps: {ingest: {location: ${JSON.stringify(location)}}}\n`);
  writeFileSync(join(root, 'recipe.yaml'), 'recipe: regression/v1\ntarget_col: price\nsteps: {ingest: {using: csv}}\n');
  const opened = openProject({ from: root, env });
  if (!opened.ok) throw new Error(opened.diagnostics.map(({ message }) => message).join('\n'));
  return opened.value;
}

async function failure(location: string, refresh = false): Promise<string> {
  const result = await fetchData(project(location), { refresh });
  if (result.ok) throw new Error('nothing failed');
  const [{ code, message, hint, span } = { code: '', message: '' }] = result.diagnostics;
  expect(span?.file).toBe('profiles/local.yaml');
  return `${code}: ${message}; ${hint}`;
}

test('fetched once, then a file like others; a refresh asks with what the server said of it', async () => {
  const { url, requests } = await serve(plain);
  const one = project(`${url}/data/houses%20(1).csv?token=secret`);
  const label = `${url}/data/houses%20(1).csv?…`;
  expect(stepSettings(one, 'ingest').files).toMatchObject([{ label, isAwaited: true }]);
  expect((await fetchData(one, { refresh: false })).ok).toBe(true);
  const [file] = stepSettings(one, 'ingest').files;
  expect(file).toMatchObject({ kind: 'file', label });
  expect(file).not.toHaveProperty('isAwaited');
  const { path } = file as { path: string };
  expect(path.endsWith(join(sha256Hex(BODY), 'houses-1-.csv'))).toBe(true);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o222]).toEqual([BODY, 0]);

  expect(needsFetching(one, 'training', false)).toBe(false);
  await fetchData(one, { refresh: false });
  expect(requests).toHaveLength(1);
  expect((await fetchData(one, { refresh: true })).ok).toBe(true);
  expect(requests[1]?.['if-none-match']).toBe('"one"');

  // Bytes that went away, or that are fewer than they were, are fetched again.
  rmSync(path);
  expect(needsFetching(one, 'training', false)).toBe(true);
  await fetchData(one, { refresh: false });
  expect([requests.length, readFileSync(path, 'utf8')]).toEqual([3, BODY]);
  expect(readdirSync(join(one.paths.dot, 'downloads')).filter((name) => name.includes('draft'))).toEqual([]);
});

test('user and password go into a header and nowhere else', async () => {
  const { url, requests } = await serve(plain);
  const location = url.replace('http://', 'http://ada:s%40cret@');
  const one = project(`${location}/houses.csv`);
  await fetchData(one, { refresh: false });
  expect(requests[0]?.authorization).toBe(`Basic ${Buffer.from('ada:s@cret').toString('base64')}`);
  expect(stepSettings(one, 'ingest').files).toMatchObject([{ label: `${url}/houses.csv` }]);
  const kept = readdirSync(one.paths.dot, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of kept) expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toMatch(/cret/);
});

test('what comes from the environment is called as it is written', async () => {
  const { url } = await serve(plain);
  const written = `$${'{env:DATA_URL}'}/houses.csv`;
  const one = project(written, { DATA_URL: url });
  await fetchData(one, { refresh: false });
  expect(stepSettings(one, 'ingest').files).toMatchObject([{ label: written }]);
});

test('a pinned digest is checked, and names bytes that need not be asked for again', async () => {
  const { url, requests } = await serve(plain);
  const one = project(`${url}/a.csv#sha256=${sha256Hex(BODY)}`);
  expect((await fetchData(one, { refresh: false })).ok).toBe(true);
  expect((await fetchData(one, { refresh: true })).ok).toBe(true);
  expect(requests).toHaveLength(1);
  expect(await failure(`${url}/a.csv#sha256=${sha256Hex('other')}`)).toBe(
    `digest-mismatch: \`${url}/a.csv\` has other bytes than those pinned: its digest is ${sha256Hex(BODY)}; the file at the address has changed; pin the new digest when that is right`,
  );
});

test('each failure has its place, its cause and a way out', async () => {
  const status: Record<string, number> = { '/none.csv': 404, '/shut.csv': 403 };
  const { url } = await serve((response, _, path) => {
    if (path === '/page.csv') response.end('<!DOCTYPE html><html>');
    else response.writeHead(status[path] ?? 200).end(BODY);
  });
  const { host } = new URL(url);
  expect(await failure(`${url}/none.csv`)).toBe(
    `fetch-failed: \`${url}/none.csv\` cannot be fetched: the server answered 404 Not Found; check the address, or download the data and name the local file`,
  );
  expect(await failure(`${url}/shut.csv`)).toMatch(/403 Forbidden; write the address with its credentials into a profile/);
  expect(await failure(`${url}/page.csv`)).toMatch(/gave a web page instead of data; open the address in a browser/);
  expect(await failure(`https://${host}/a.csv`)).toMatch(/does not speak TLS there \(.*\); check the port/);
  expect(await failure('http://host.invalid/a.csv')).toMatch(/the host `host.invalid` cannot be found; check the name/);
});

test('a refresh that fails names the copy that is here, and leaves it', async () => {
  let isBroken = false;
  const { url } = await serve((response) => void response.writeHead(isBroken ? 404 : 200).end(BODY));
  const one = project(`${url}/a.csv`);
  await fetchData(one, { refresh: false });
  isBroken = true;
  const again = await fetchData(one, { refresh: true });
  expect(again.ok ? '' : again.diagnostics[0]?.hint).toMatch(/^without `--refresh` the copy of \d{4}-\d\d-\d\d is used$/);
  expect(keptFile(one.paths.root, `${url}/a.csv`)?.record.sha256).toBe(sha256Hex(BODY));
});

const big = Buffer.alloc(300_000, 'abcdefghij');

async function downloaded(answer: Answer, silenceMs?: number) {
  const { url, requests } = await serve(answer);
  const draft = join(tempFolder(), 'draft');
  const result = await download({
    url: new URL(`${url}/big.bin`),
    headers: (extra) => extra,
    draft,
    follow: true,
    pauseMs: 0,
    ...(silenceMs !== undefined && { silenceMs }),
  });
  return { result, requests, bytes: readFileSync(draft) };
}

test('an answer that breaks off is taken up where it ended', async () => {
  const { result, requests, bytes } = await downloaded((response, { range }) => {
    const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    if (from > 0) response.writeHead(206, { etag: '"v"', 'content-length': big.length - from }).end(big.subarray(from));
    else {
      response.writeHead(200, { etag: '"v"', 'content-length': big.length });
      response.write(big.subarray(0, 100_000), () => response.destroy());
    }
  });
  expect(requests[1]?.['if-range']).toBe('"v"');
  expect(result).toMatchObject({ kind: 'fetched', sha256: sha256Hex(big), sizeBytes: big.length });
  expect(bytes.equals(big)).toBe(true);
});

test('a file that changed meanwhile, or a server that cannot go on, is begun anew', async () => {
  const other = Buffer.alloc(200_000, 'z');
  let count = 0;
  const { result, bytes } = await downloaded((response) => {
    if (count++ === 0) {
      response.writeHead(200, { etag: '"v"', 'content-length': big.length });
      response.write(big.subarray(0, 100_000), () => response.destroy());
    } else response.writeHead(200, { etag: '"w"', 'content-length': other.length }).end(other);
  });
  expect(result).toMatchObject({ kind: 'fetched', sha256: sha256Hex(other) });
  expect(bytes.equals(other)).toBe(true);
});

test('a server that fails for a moment is asked again, one that refuses is not', async () => {
  let count = 0;
  const passing = await downloaded((response) => void (count++ < 2 ? response.writeHead(503).end() : response.end(BODY)));
  expect([passing.result.kind, passing.requests.length]).toEqual(['fetched', 3]);
  const refusing = await downloaded((response) => void response.writeHead(404).end());
  expect([refusing.result.kind, refusing.requests.length]).toEqual(['refused', 1]);
});

test('a server that falls silent is given up', async () => {
  await expect(downloaded(() => undefined, 20)).rejects.toThrow('no answer');
});
