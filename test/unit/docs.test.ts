/** The documents agree with the code: generated pages are current, links lead somewhere, recipes load, tables are those of the code. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { artifactsOf } from '../../src/app/artifacts.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { CODES } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { loadRecipe } from '../../src/recipe/load.ts';
import { regression } from '../../src/templates/regression/template.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
];

test('generated pages are current', () => {
  // Prints which one is not and exits with 1.
  expect(() => execFileSync(process.execPath, [join(ROOT, 'scripts/docs.mjs'), '--check'], { stdio: 'pipe' })).not.toThrow();
});

test('every diagnostic code has its entry', () => {
  const headings = [...read('docs/diagnostics.md').matchAll(/^## (.+)$/gmu)].map((match) => match[1]);
  expect(headings).toEqual(Object.keys(CODES));
});

test('every finding of the source has its line, and no other', () => {
  const inSource = filesBelow('src').flatMap((path) =>
    path.endsWith('.ts')
      ? [...read(path).matchAll(/'((?:INGEST|SPLIT|TRANSFORM|TRAIN|EVALUATE|REGISTER|SCORING|CARD)_[A-Z_]+|STORE)'/gu)].map(
          (match) => match[1],
        )
      : [],
  );
  const documented = [...read('docs/findings.md').matchAll(/^\| `([A-Z_]+)`/gmu)].map((match) => match[1]);
  expect([...documented].sort()).toEqual([...new Set(inSource)].sort());
});

test('every artifact is in the table, with its file', () => {
  const table = [...section('docs/json-output.md', 'Artifacts').matchAll(/^\| `(\S+)` \| `(\S+)` \|$/gmu)].map((match) => [
    match[1],
    match[2],
  ]);
  expect(table).toEqual(
    artifactsOf({ steps: regression.steps, scoringSteps: regression.scoring, customSteps: new Map() }).map(({ name, step, path }) => [
      name,
      `${step}/${path}`,
    ]),
  );
});

test('every exit code is in the table', () => {
  const codes = [...section('docs/json-output.md', 'Exit codes').matchAll(/^\| (\d+) \|/gmu)].map((match) => Number(match[1]));
  expect(codes).toEqual(Object.values(EXIT));
});

test('every event of a run is in the table', () => {
  const inSource = [...read('src/app/events.ts').matchAll(/readonly type: '([a-z-]+)'/gu)].map((match) => match[1]);
  const documented = [...section('docs/json-output.md', 'recipe run').matchAll(/^\| `([a-z]+-[a-z]+|warning|criterion)` \|/gmu)].map(
    (match) => match[1],
  );
  expect([...documented].sort()).toEqual([...new Set(inSource)].sort());
});

test('the import table is the one that is enforced', () => {
  const enforced = [...read('test/architecture.test.ts').matchAll(/^ {2}(?:'([a-z-]*)'|([a-z]+)): (?:\[(.*)\]|'(all)'),$/gmu)].map(
    (match) => [
      match[1] ?? match[2] ?? '',
      match[4] === 'all' ? 'all' : [...(match[3] ?? '').matchAll(/'([a-z-]+)'/gu)].map((room) => room[1]).join(' ') || '–',
    ],
  );
  const documented = [...section('docs/ARCHITECTURE.md', 'Who may import whom').matchAll(/^\| (.+?) \| (.+?) \| .+ \|$/gmu)]
    .slice(2)
    .map((match) => [
      match[1]?.startsWith('the files') === true ? '' : (match[1] ?? '').replaceAll('`', ''),
      (match[2] ?? '').replaceAll(/[`,]/gu, ''),
    ]);
  expect(enforced.length).toBeGreaterThan(10);
  expect([...documented].sort(byName)).toEqual([...enforced].sort(byName));
});

test('every function that the architecture names exists', () => {
  const source = filesBelow('src')
    .filter((path) => path.endsWith('.ts'))
    .map(read)
    .join('\n');
  const names = new Set([...read('docs/ARCHITECTURE.md').matchAll(/\b([a-z][A-Za-z]+)\(\)/gu)].map((match) => match[1] ?? ''));
  names.delete('hash');
  expect([...names].filter((name) => !new RegExp(`function ${name}\\b`, 'u').test(source))).toEqual([]);
});

test('the step in the README is the one of the repository', () => {
  expect(blocks('README.md').find(({ name }) => name === 'steps/train.ts')?.body).toBe(read('steps/train.ts'));
});

test('TypeScript in the documents imports what the package exports', () => {
  const exported = `${read('src/steps-api.ts')}${read('src/index.ts')}`;
  const wrong = DOCUMENTS.flatMap((path) =>
    blocks(path)
      .filter(({ language }) => language === 'ts')
      .flatMap(({ body }) => [...body.matchAll(/import \{([^}]+)\} from 'mlrecipe'/gu)])
      .flatMap((match) => (match[1] ?? '').split(','))
      .map((name) => name.replace(/^\s*type\s/u, '').trim())
      .filter((name) => name !== '' && !new RegExp(`\\b${name}\\b`, 'u').test(exported))
      .map((name) => `${path}: ${name}`),
  );
  expect(wrong).toEqual([]);
});

describe.each(DOCUMENTS)('%s', (path) => {
  test('relative links and their anchors resolve', () => {
    expect(brokenLinks(path)).toEqual([]);
  });

  test('files that it names exist', () => {
    // Names in capitals, stars and dots of omission stand for something else.
    const named = [...read(path).matchAll(/`((?:src|test|scripts|docs|bench)\/[\w./-]+)`/gu)].map((match) => match[1] ?? '');
    expect(named.filter((file) => !/[A-Z]{4}|…/u.test(file.replace('ARCHITECTURE', '')) && !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('recipes and profiles load', () => {
  const documents = DOCUMENTS.filter((path) => recipesOf(path).length > 0);

  test('there are some', () => {
    expect(documents).toContain('README.md');
  });

  test.each(documents)('%s', (path) => {
    for (const { recipe, profiles } of recipesOf(path)) {
      for (const profile of profiles.length === 0 ? [undefined] : profiles) {
        const texts = new Map([
          ['/project/recipe.yaml', recipe],
          ...(profile === undefined ? [] : [[`/project/${profile.name}`, profile.body] as const]),
        ]);
        const loaded = loadRecipe({
          root: '/project',
          env: {},
          readText: (file) => texts.get(file.replaceAll('\\', '/')),
          files: { kind: () => 'file', names: () => [] },
          ...(profile !== undefined && { profile: profile.name.replace(/^profiles\/|\.yaml$/gu, '') }),
        });
        const said = loaded.ok ? loaded.warnings : loaded.diagnostics;
        expect(renderDiagnostics(said, (file) => loaded.files.get(file))).toBe('');
      }
    }
  });
});

interface Block {
  readonly language: string;
  /** The file that the block stands for, such as `recipe.yaml`. */
  readonly name: string | undefined;
  readonly body: string;
}

/** Fenced blocks, also those inside of a list. */
function blocks(path: string): readonly Block[] {
  return [...read(path).matchAll(/^( *)```(\S+)(?: (\S+))?\n([\s\S]*?)^\1```$/gmu)].map((match) => ({
    language: match[2] ?? '',
    name: match[3],
    body: (match[4] ?? '').replaceAll(new RegExp(`^${match[1] ?? ''}`, 'gmu'), ''),
  }));
}

/** Each `recipe.yaml` with the profiles that follow it in the document. */
function recipesOf(
  path: string,
): readonly { readonly recipe: string; readonly profiles: readonly (Block & { readonly name: string })[] }[] {
  const found: { recipe: string; profiles: (Block & { readonly name: string })[] }[] = [];
  for (const block of blocks(path)) {
    if (block.name === 'recipe.yaml') found.push({ recipe: block.body, profiles: [] });
    else if (block.name?.startsWith('profiles/') === true) found.at(-1)?.profiles.push({ ...block, name: block.name });
  }
  return found;
}

function brokenLinks(path: string): readonly string[] {
  const prose = read(path).replaceAll(/^( *)```[\s\S]*?^\1```$/gmu, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/u.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file)).replaceAll('\\', '/');
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
}

function anchorsOf(path: string): readonly string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gmu)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** From a heading to the next of its level. */
function section(path: string, heading: string): string {
  return (
    read(path)
      .split(/^## /mu)
      .find((part) => part.startsWith(`${heading}\n`)) ?? ''
  );
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      if (name === 'generated' || name === 'scaffold') return [];
      return statSync(join(ROOT, path)).isDirectory() ? filesBelow(path) : [path];
    });
}

function byName([a = '']: readonly (string | undefined)[], [b = '']: readonly (string | undefined)[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
