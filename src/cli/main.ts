/** The command: reads argv, runs one command, sets the exit code. Everything unexpected ends here, once. */
import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
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
    await command.parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return HARMLESS.includes(error.code) ? EXIT.ok : EXIT.usage;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(`error: this is a bug in mlrecipe, please report it with the lines below\n\n${stack}\n`);
    return EXIT.stepFailed;
  }
}

process.exitCode = await main();
