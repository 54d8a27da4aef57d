/** Real servers in this process that are not what a recipe hopes for: silent, closed, forbidding, of another kind, behind TLS. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StrangeServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** How many connections it was asked for. */
  connections(): number;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<StrangeServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    // Whoever asked may leave in the middle of anything.
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Takes connections and says nothing. */
export function silentServer(): Promise<StrangeServer> {
  return listening(createTcpServer());
}

/** Sends a byte of a header now and then, and never an answer. */
export function drippingServer(): Promise<StrangeServer> {
  return listening(
    createTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(timer));
    }),
  );
}

/** Speaks another protocol. */
export function chattyServer(): Promise<StrangeServer> {
  return listening(createTcpServer((socket) => socket.end('220 mail.example.org ESMTP\r\n')));
}

export function httpServer(answer: RequestListener): Promise<StrangeServer> {
  return listening(createHttpServer(answer));
}

/** With a certificate that nobody has signed. */
export function httpsServer(answer: RequestListener): Promise<StrangeServer> {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...subject];
  try {
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return listening(createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An address where nobody listens. */
export async function closedHost(): Promise<string> {
  const server = await silentServer();
  await server.close();
  return server.host;
}
