/** A small HTTP cache in this process: keeps what is put, honours `If-None-Match`, and misbehaves as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Fault = 'missing' | 'broken' | 'silent' | 'truncated' | 'flipped' | 'wrong-key' | 'redirect' | 'endless' | 'reset';

export interface CacheServer {
  readonly url: string;
  /** Path → body. */
  readonly objects: Map<string, Buffer>;
  /** `METHOD /path` in order. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Asked before each answer. */
  fault: (method: string, path: string) => Fault | undefined;
  ignoresConditions: boolean;
}

export async function startCacheServer(): Promise<CacheServer> {
  const state: CacheServer = { url: '', objects: new Map(), requests: [], headers: [], fault: () => undefined, ignoresConditions: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(state, request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cache` });
}

function answer(state: CacheServer, request: IncomingMessage, response: ServerResponse, sent: Buffer): void {
  const { method = '', url = '' } = request;
  const path = url.replace('/cache', '');
  state.requests.push(`${method} ${path}`);
  state.headers.push(request.headers);
  const fault = state.fault(method, path);
  if (fault === 'silent') return;
  if (fault === 'reset') return void request.socket.destroy();
  if (fault === 'broken') return void response.writeHead(500).end('oops');
  if (fault === 'redirect') return void response.writeHead(307, { location: `${state.url}/elsewhere` }).end();
  if (method === 'PUT') {
    const isTaken = request.headers['if-none-match'] === '*' && !state.ignoresConditions && state.objects.has(path);
    if (!isTaken) state.objects.set(path, sent);
    return void response.writeHead(isTaken ? 412 : 201).end();
  }
  const body = fault === 'missing' ? undefined : state.objects.get(path);
  if (body === undefined) return void response.writeHead(404).end();
  if (method === 'HEAD') return void response.writeHead(200, { 'content-length': body.length }).end();
  give(state, response, body, fault, path);
}

function give(state: CacheServer, response: ServerResponse, body: Buffer, fault: Fault | undefined, path: string): void {
  if (fault === 'truncated') {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  } else if (fault === 'flipped') response.end(Buffer.from(body.with(body.length >> 1, (body[body.length >> 1] ?? 0) ^ 1)));
  else if (fault === 'wrong-key') {
    const folder = path.slice(0, path.lastIndexOf('/'));
    const other = [...state.objects].find(([name]) => name !== path && name.startsWith(folder));
    response.end(other?.[1] ?? 'nothing of the kind');
  } else if (fault === 'endless') {
    const block = Buffer.alloc(1 << 20);
    const more = (): void => {
      if (!response.destroyed) response.write(block, more);
    };
    more();
  } else response.end(body);
}
