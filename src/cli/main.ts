/** The command: reads argv, runs one command, sets the exit code. Everything unexpected ends here, once. */
import { CommanderError } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOf } from './open.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { program } from './program.ts';
import { openTerminal } from './terminal.ts';

/** Ways in which commander stops that are no mistake. */
const HARMLESS: readonly string[] = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

async function main(): Promise<number> {
  const terminal = openTerminal({ color: !process.argv.includes('--no-color') });
  let exitCode: number = EXIT.ok;
  const command = program(terminal, (code) => {
    exitCode = code;
  });
  try {
    // Without a command the help is the answer, on stdout.
    if (process.argv.length <= 2) command.outputHelp();
    else await command.parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return HARMLESS.includes(error.code) ? EXIT.ok : EXIT.usage;
    if (error instanceof DiagnosticError) {
      printDiagnostics(terminal, [error.diagnostic], { format: process.argv.includes('--json') ? 'json' : 'human' });
      return exitCodeOf([error.diagnostic]);
    }
    if (isSystemError(error)) {
      terminal.err(`error: ${error.message}\n`);
      return EXIT.stepFailed;
    }
    terminal.err(bug(error));
    return EXIT.stepFailed;
  }
}

/** The world said no: a folder that may not be written, a full disk. The message names call and path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && typeof syscall === 'string';
}

function bug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: this is a bug in mlrecipe, please report it with the lines below\n\n${stack}\n`;
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.stderr.write(bug(error));
    process.exit(EXIT.stepFailed);
  });
}

process.exitCode = await main();
