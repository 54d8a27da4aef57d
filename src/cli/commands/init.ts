/** `recipe init FOLDER`: write a project that runs as it is, and say what to do next. */
import { relative } from 'node:path';
import { initProject } from '../../app/init.ts';
import { EXIT } from '../exit-codes.ts';
import { exitCodeOf } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function init(
  terminal: Terminal,
  folder: string,
  flags: { readonly template: 'regression' | 'classification'; readonly force?: boolean },
): Promise<number> {
  const made = initProject({ folder, template: flags.template, force: flags.force === true });
  if (!made.ok) {
    printDiagnostics(terminal, made.diagnostics, { format: 'human' });
    return exitCodeOf(made.diagnostics);
  }
  const { bold, dim } = terminal.colors;
  const shown = relative(process.cwd(), made.value.folder) || '.';
  terminal.out(`${bold(shown)}\n${made.value.files.map((file) => `  ${file}`).join('\n')}\n\n`);
  const steps = [...(shown === '.' ? [] : [`cd ${/\s/.test(shown) ? `'${shown}'` : shown}`]), 'npm install', 'npm start'];
  terminal.out(`${dim('next')}  ${steps.join(' && ')}\n      npx mlrecipe inspect evaluate\n`);
  return EXIT.ok;
}
