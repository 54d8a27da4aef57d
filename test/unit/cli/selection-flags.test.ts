import type { Command } from 'commander';
import { expect, test } from 'vitest';
import type { SelectionFlags } from '../../../src/cli/flags.ts';
import { program } from '../../../src/cli/program.ts';
import { selectionOf } from '../../../src/cli/selection-flags.ts';
import { openTerminal } from '../../../src/cli/terminal.ts';

/** The flags of `recipe run`, as commander gives them. */
async function parsed(args: readonly string[]): Promise<SelectionFlags> {
  const root = program(openTerminal(), () => undefined);
  let flags: SelectionFlags = {};
  const run = root.commands.find((command: Command) => command.name() === 'run');
  run?.action((given: SelectionFlags) => {
    flags = given;
  });
  await root.parseAsync(['run', ...args], { from: 'user' });
  return flags;
}

test.each([
  [[], { force: false, forced: [], cache: 'use' }],
  [['--force'], { force: true, forced: [], cache: 'use' }],
  [['--force', '--step', 'train'], { step: 'train', force: true, forced: [], cache: 'use' }],
  [['--force', 'train', '--force=evaluate'], { force: false, forced: ['train', 'evaluate'], cache: 'use' }],
  [['--force', 'split', '--force', '-s', 'train'], { step: 'train', force: true, forced: ['split'], cache: 'use' }],
  [['--to', 'train', '--from', 'split', '--refresh'], { step: 'train', from: 'split', force: false, forced: [], cache: 'refresh' }],
  [['--to', 'train', '--step', 'train', '--no-cache'], { step: 'train', force: false, forced: [], cache: 'off' }],
])('%j', async (args, request) => {
  expect(selectionOf(await parsed(args))).toEqual({ ok: true, value: request, warnings: [] });
});

test.each([
  [['--to', 'train', '--step', 'split'], '`--step split` and `--to train` name two ends'],
  [['--refresh', '--no-cache'], '`--refresh` keeps the new results, and `--no-cache` keeps none'],
])('%j cannot be', async (args, message) => {
  expect(selectionOf(await parsed(args))).toMatchObject({ ok: false, diagnostics: [{ code: 'usage', message }] });
});
