/** `recipe init FOLDER`: write a project that runs as it is, or one for a table, and say what was decided and what to do next. */
import { type Initialised, initProject, shownFolder } from '../../app/init.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import { left } from '../format.ts';
import { exitCodeOf } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export interface InitFlags {
  readonly template?: 'regression' | 'classification';
  readonly data?: string;
  readonly target?: string;
  readonly force?: boolean;
  readonly format: 'human' | 'concise' | 'json';
  readonly json?: boolean;
}

export async function init(terminal: Terminal, folder: string, flags: InitFlags): Promise<number> {
  const isJson = flags.json === true || flags.format === 'json';
  const { template, data, target } = flags;
  const made = await initProject({
    folder,
    force: flags.force === true,
    ...(template !== undefined && { template }),
    ...(data !== undefined && { data }),
    ...(target !== undefined && { target }),
  });
  if (!made.ok) {
    printDiagnostics(terminal, made.diagnostics, flags, made.files);
    if (made.columns !== undefined) {
      if (isJson) terminal.out(`${JSON.stringify({ schemaVersion: 1, type: 'columns', columns: made.columns })}\n`);
      else terminal.err(`\n${columnLines(made.columns)}`);
    }
    return exitCodeOf(made.diagnostics);
  }
  if (isJson) terminal.out(`${JSON.stringify(document(made.value))}\n`);
  else terminal.out(screen(terminal, made.value));
  return EXIT.ok;
}

/** What `--format json` prints. */
function document({ folder, template, files, kept, table }: Initialised): object {
  if (table === undefined) return { schemaVersion: 1, folder, template, files, kept };
  const { reason, target, location, rows, isWhole, columns, suggestions, notes } = table;
  return {
    schemaVersion: 1,
    folder,
    template,
    files,
    kept,
    reason,
    target,
    data: { location, rows, isWhole, columns },
    suggestions,
    notes,
  };
}

function screen(terminal: Terminal, { folder, template, files, kept, table }: Initialised): string {
  const { bold, dim, yellow } = terminal.colors;
  const shown = shownFolder(folder);
  const lines = [
    bold(shown),
    ...files.map((file) => `  ${file}`),
    ...kept.map((file) => dim(`  ${file} was there and stays as it was`)),
    '',
  ];
  if (table !== undefined) {
    lines.push(`${bold(template)}  ${printable(table.reason)}`);
    for (const note of table.notes) lines.push(`${yellow(terminal.unicode ? '!' : '*')} ${printable(note)}`);
    if (table.suggestions.length > 0) {
      lines.push('', kept.includes('recipe.yaml') ? 'suggestions for your recipe.yaml' : 'suggestions, as comments in recipe.yaml');
      for (const { section, key, value, reason } of table.suggestions)
        lines.push(`  ${printable(`${section === 'recipe' ? '' : `${section}.`}${key}: ${value}`)}  ${dim(printable(reason))}`);
    }
    lines.push('');
  }
  const steps = [...(shown === '.' ? [] : [`cd ${quoted(shown)}`]), 'npm install', 'npm start'];
  lines.push(`${dim('next')}  ${steps.join(' && ')}`, '      npx mlrecipe inspect evaluate', '');
  return lines.join('\n');
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./\\:-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function columnLines(
  columns: readonly { readonly name: string; readonly type: string; readonly missing: number; readonly distinct: number }[],
): string {
  const width = Math.min(40, Math.max(...columns.map(({ name }) => name.length)));
  return columns
    .map(({ name, type, distinct, missing }) => {
      const figures = `${distinct} different${missing === 0 ? '' : `, ${missing} missing`}`;
      return `  ${left(printable(name), width)}  ${left(type, 9)}  ${figures}\n`;
    })
    .join('');
}
