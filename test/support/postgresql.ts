/** A real PostgreSQL server on a free port of this machine, with a folder of its own. It refuses to run as root, who lends it to a user without rights. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface PostgreSql {
  readonly port: number;
  /** Of the user `reader`, who may read. */
  readonly url: string;
  /** As the owner of the database. */
  run(sql: string): void;
  stop(): void;
  remove(): void;
}

export const PASSWORD = 'canary-of-postgres';

export async function startPostgreSql(): Promise<PostgreSql> {
  const bin = binaries();
  const root = mkdtempSync(join(tmpdir(), 'mlrecipe-postgresql-'));
  chmodSync(root, 0o755);
  const data = join(root, 'data');
  mkdirSync(data);
  const owner = process.getuid?.() === 0 ? userOf('postgres') : undefined;
  if (owner !== undefined) for (const folder of [root, data]) chownSync(folder, owner, owner);
  const options = { ...(owner !== undefined && { uid: owner }), cwd: root, stdio: 'pipe' as const, env: { ...process.env, LC_ALL: 'C' } };
  const port = await freePort();
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'owner', '-A', 'scram-sha-256', '--pwfile', passwordFile(root), '-N'], options);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c timezone=Asia/Tokyo -c datestyle=German`;
  execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(root, 'log'), '-o', settings, 'start'], { ...options, stdio: 'ignore' });
  const server = {
    port,
    url: `postgresql://reader:${PASSWORD}@127.0.0.1:${port}/postgres`,
    run: (sql: string): void => {
      const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'owner', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-q', '-c', sql];
      execFileSync(join(bin, 'psql'), args, { ...options, env: { ...options.env, PGPASSWORD: PASSWORD } });
    },
    stop: (): void => {
      try {
        execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop'], options);
      } catch {
        // It was stopped before.
      }
    },
    remove: (): void => {
      server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  server.run(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
  return server;
}

function passwordFile(root: string): string {
  const path = join(root, 'password');
  writeFileSync(path, PASSWORD);
  chmodSync(path, 0o644);
  return path;
}

/** Debian keeps the programs of each version apart. */
function binaries(): string {
  const root = '/usr/lib/postgresql';
  const version = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined) throw new Error('these tests need PostgreSQL: apt-get install postgresql');
  return join(root, version, 'bin');
}

function userOf(name: string): number {
  return Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
}
