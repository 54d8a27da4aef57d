/**
 * Calls that exist on one family of systems only do not stand in the sources. Each rule has a reason,
 * the places where it does not hold with theirs, and a line that it must catch.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Rule {
  readonly pattern: RegExp;
  readonly reason: string;
  /** A line that the rule must catch. */
  readonly caught: string;
  /** File → why it may. */
  readonly allowed?: Readonly<Record<string, string>>;
}

const RULES: readonly Rule[] = [
  {
    pattern: /\b(?:symlink|lutimes)(?:Sync)?\(/,
    reason: 'a symbolic link needs a right that users of Windows do not have',
    caught: "symlinkSync(target, path, 'dir');",
  },
  {
    pattern: /\blinkSync\(|promises\.link\(/,
    reason: 'two names of one file share later edits, and not every file system has them',
    caught: 'linkSync(from, to);',
    allowed: {
      'src/store/node-file-system.ts': 'a complete draft gets its final name in one step; the draft goes at once',
      'src/app/doctor/disk.ts': 'asks whether the disk has links, and removes both names',
    },
  },
  {
    pattern: /\bflock|\bfcntl|\blockf\b/,
    reason: 'locks of open files exist on POSIX only; locks are files here',
    caught: "flock(fd, 'ex');",
  },
  {
    pattern: /\bprocess\.(?:umask|getuid|geteuid|setuid|getgid|setgid|initgroups)\b/,
    reason: 'there are no user and group numbers on Windows',
    caught: 'const mask = process.umask();',
  },
  { pattern: /\b(?:l|f)?chown(?:Sync)?\(/, reason: 'there are no owners to set on Windows', caught: 'chownSync(path, 0, 0);' },
  {
    pattern: /process\.kill\(\s*-|kill\(-/,
    reason: 'there are no process groups on Windows',
    caught: "process.kill(-child.pid, 'SIGKILL');",
  },
  {
    pattern: /['"`]SIG(?:USR[12]|HUP|STOP|CONT|QUIT|ALRM|CHLD|PIPE)['"`]/,
    reason: 'Windows knows SIGINT, SIGTERM and SIGKILL alone',
    caught: "worker.kill('SIGUSR2');",
  },
  {
    pattern: /['"`]\/(?:tmp|dev|proc|var|etc|usr|bin)\b/,
    reason: 'the folder does not exist everywhere; `os.tmpdir()` gives one for temporary files',
    caught: "readFileSync('/proc/self/status');",
    allowed: {
      'src/store/processes.ts': 'reads when a process began where the system tells it, and goes without elsewhere',
      'src/executors/memory-watch.ts': 'reads the memory of a worker where the system tells it; elsewhere the worker says it',
    },
  },
  {
    pattern: /shell:\s*['"`]|\/bin\/(?:ba)?sh/,
    reason: 'there is no such shell on Windows',
    caught: "spawn(command, { shell: '/bin/sh' });",
  },
  {
    pattern: /\bpath\.posix\b|\bposix\b.*from 'node:path'/,
    reason: 'paths of the system are not paths of POSIX',
    caught: "import { posix } from 'node:path';",
    allowed: {
      'src/recipe/data-files.ts': 'locations in a recipe are written with forward slashes on every system',
      'src/recipe/checks/locations.ts': 'locations in a recipe are written with forward slashes on every system',
    },
  },
  {
    pattern: /\.pathname\b.*import\.meta|import\.meta\.url\)\.pathname/,
    reason: 'the path of a URL is no path on Windows; `fileURLToPath` makes one',
    caught: 'const here = new URL(import.meta.url).pathname;',
  },
  {
    pattern: /(?:join|resolve)\([^;]*toISOString\(\)(?!\s*\.replace)/,
    reason: '`:` cannot stand in the name of a file on Windows',
    caught: 'join(folder, new Date().toISOString())',
  },
  {
    pattern: /\brename(?:Sync)?\(/,
    reason: 'on Windows a file that is open cannot be renamed over; the FileSystem port waits and tries again',
    caught: 'renameSync(draft, path);',
    allowed: {
      'src/engine/ports.ts': 'declares it',
      'src/store/node-file-system.ts': 'the one place that does it, with the rules of Windows',
      'src/app/doctor/disk.ts': 'through the port',
      'src/app/fetch/fetch-data.ts': 'through the port',
      'src/app/whole-file.ts': 'through the port',
      'src/app/scoring-model.ts': 'through the port',
      'src/store/atomic-file.ts': 'through the port',
      'src/store/blobs.ts': 'through the port',
      'src/store/quarantine.ts': 'through the port',
      'src/store/remove-if-unused.ts': 'through the port',
      'src/store/workspace.ts': 'through the port',
      'src/user-code/paths.ts': 'a file that was just written, to a name that nobody holds open for long',
      'src/executors/with-policy.ts': 'the log of an attempt that has ended, to a name that is new',
      'src/steps/train/checkpoints.ts': 'a file that was just written, to a name that nobody holds open',
      'src/steps/predict/deliver.ts': 'a table of the user, who is told when another program holds it open',
      'src/steps/ingest/sample.ts': 'a file of this step that nobody has open, to a name that is new',
    },
  },
];

function sourceFiles(): readonly string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs|js)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('/generated/') && !path.includes('/scaffold/'))
    .sort();
}

/** Without comments, which may speak of anything. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

describe.each(RULES)('$reason', ({ pattern, caught, allowed = {}, reason }) => {
  test('catches what it is about', () => {
    expect(pattern.test(code(caught))).toBe(true);
    expect(pattern.test(code(`// ${caught}`))).toBe(false);
  });

  test('holds in all sources', () => {
    const found = sourceFiles().flatMap((path) => {
      if (Object.hasOwn(allowed, path)) return [];
      const lines = code(readFileSync(join(ROOT, path), 'utf8')).split('\n');
      return lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()} (${reason})`] : []));
    });
    expect(found).toEqual([]);
  });

  test('makes no exception that nobody needs', () => {
    const needless = Object.keys(allowed).filter((path) => !pattern.test(code(readFileSync(join(ROOT, path), 'utf8'))));
    expect(needless).toEqual([]);
  });
});
