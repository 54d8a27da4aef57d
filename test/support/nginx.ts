/** A real nginx on a free port of this machine, with a folder of its own, as a user without rights can start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface Nginx {
  /** Answers `GET`, `HEAD` and `PUT` of what is in `folder`. */
  readonly davUrl: string;
  readonly folder: string;
  /** Answers `GET` and `HEAD` of a shared cache that is the folder `shared`. */
  readonly sharedUrl: string;
  readonly shared: string;
  /** At once and with everything that it was about to answer. */
  kill(): void;
  /** Stop it and remove its folders. */
  remove(): Promise<void>;
}

export async function startNginx(): Promise<Nginx> {
  const root = mkdtempSync(join(tmpdir(), 'mlrecipe-nginx-'));
  const [folder, shared] = [join(root, 'dav/cache'), join(root, 'shared')];
  for (const name of [folder, shared, join(root, 'temporary')]) mkdirSync(name, { recursive: true });
  const port = await freePort();
  writeFileSync(join(root, 'nginx.conf'), configuration(root, port));
  const child = spawn('nginx', ['-p', root, '-c', join(root, 'nginx.conf'), '-e', join(root, 'error.log')], {
    // Debian keeps it where only root looks.
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A master and its workers end together.
    detached: true,
  });
  await started(child, `http://127.0.0.1:${port}/`);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  };
  return {
    davUrl: `http://127.0.0.1:${port}/cache`,
    folder,
    sharedUrl: `http://127.0.0.1:${port}/shared`,
    shared,
    kill,
    async remove() {
      kill();
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function configuration(root: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${root}/temporary/${name};`);
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${root}/nginx.pid;
worker_processes 1;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location /cache/ {
      root ${root}/dav;
      dav_methods PUT;
      create_full_put_path on;
      client_max_body_size 64m;
    }
    # The folder of a shared cache, as docs/shared-cache.md shows it.
    location ~ ^/shared/(ac|cas)/((..).*)$ {
      root ${root}/shared;
      try_files /$1/$3/$2 =404;
    }
  }
}
`;
}

async function started(child: ChildProcess, url: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const failure = new Promise<never>((_resolve, reject) => {
    child.once('error', (cause) => reject(new Error('nginx cannot be started; on Debian: apt-get install nginx-light', { cause })));
    child.once('exit', (code) => reject(new Error(`nginx ended with ${code}:\n${said}`)));
  });
  failure.catch(() => undefined);
  const answers = async (): Promise<void> => {
    for (;;) {
      try {
        await fetch(url);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  await Promise.race([answers(), failure]);
}
