/**
 * The state of the git checkout around a folder, for the tags of a run. Reads only, and no git, no
 * repository or a slow one are all fine: what cannot be learned is left out.
 */
import { execFile } from 'node:child_process';

export interface GitState {
  readonly commit: string;
  /** Absent on a detached head. */
  readonly branch?: string;
  readonly isDirty?: boolean;
  /** Address of `origin`, without credentials. */
  readonly repoUrl?: string;
}

/** `undefined` outside a repository and before its first commit. */
export async function readGit(folder: string): Promise<GitState | undefined> {
  const [commit, branch, status, url] = await Promise.all([
    git(folder, ['rev-parse', '--verify', 'HEAD']),
    git(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
    git(folder, ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all']),
    git(folder, ['remote', 'get-url', 'origin']),
  ]);
  if (commit === undefined || commit === '') return undefined;
  return {
    commit,
    ...(branch !== undefined && branch !== '' && { branch }),
    ...(status !== undefined && { isDirty: status !== '' }),
    ...(url !== undefined && url !== '' && { repoUrl: withoutCredentials(url) }),
  };
}

function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  // No locks, so that a run never disturbs a git command of the user; no hook of a file-system monitor.
  const options = {
    cwd: folder,
    timeout: 2_000,
    maxBuffer: 16 * 1024 * 1024,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
  };
  return new Promise((resolve) => {
    execFile('git', ['-c', 'core.fsmonitor=false', ...args], options, (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    );
  });
}

export function withoutCredentials(url: string): string {
  // `git@` of an ssh address is no secret; a password before the `@` is.
  return url.replace(/^(https?:\/\/)[^/]*@/i, '$1').replace(/^(ssh:\/\/[^/:@]*):[^/]*@/i, '$1@');
}
