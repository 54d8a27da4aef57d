/** `recipe config`: the recipe as it is understood, as YAML with origins; `--diff` compares two profiles. */
import { type ConfigDocument, type ConfigValue, compareConfigs, configOf } from '../../app/config.ts';
import { EVENT_SCHEMA_VERSION } from '../../app/events.ts';
import type { Project } from '../../app/project.ts';
import { textWidth } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';
import { yamlLines, yamlValue } from '../yaml-lines.ts';

export interface ConfigFlags extends ProjectFlags {
  readonly diff?: readonly string[];
}

/** Origins stand here at the farthest: a long value pushes its own and no other. */
const FARTHEST = 60;

export async function config(terminal: Terminal, flags: ConfigFlags): Promise<number> {
  if (flags.diff !== undefined) return diff(terminal, flags, flags.diff);
  const opened = openOrPrint(terminal, flags, { isToShow: true });
  if ('exitCode' in opened) return opened.exitCode;
  const document = configOf(opened.project);
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, type: 'config', recipe: opened.project.name, ...document })}\n`);
    return EXIT.ok;
  }
  warn(terminal, opened.project, flags);
  const { dim } = terminal.colors;
  const lines = yamlLines(document.values);
  const width = Math.max(0, ...lines.map(({ text }) => textWidth(text)).filter((length) => length <= FARTHEST));
  const shown = lines.map(({ text, origin }) =>
    origin === undefined ? text : `${text}${' '.repeat(Math.max(1, width + 2 - textWidth(text)))}${dim(`# ${origin}`)}`,
  );
  terminal.out(`${shown.join('\n')}\n`);
  return EXIT.ok;
}

function diff(terminal: Terminal, flags: ConfigFlags, profiles: readonly string[]): number {
  if (profiles.length > 2) {
    const message = `\`--diff\` takes one or two profiles; found ${profiles.length}`;
    printDiagnostics(terminal, [{ code: 'usage', severity: 'error', message, hint: 'such as `--diff local cloud`' }], flags);
    return EXIT.usage;
  }
  const documents: ConfigDocument[] = [];
  for (const profile of profiles.length === 1 ? [flags.profile, profiles[0]] : profiles) {
    const opened = openOrPrint(terminal, { ...flags, ...(profile !== undefined && { profile }) }, { isToShow: true });
    if ('exitCode' in opened) return opened.exitCode;
    if (!isJson(flags)) warn(terminal, opened.project, flags);
    documents.push(configOf(opened.project));
  }
  const [first, second] = documents as [ConfigDocument, ConfigDocument];
  const differences = compareConfigs(first, second);
  if (isJson(flags)) {
    const names = [first.profile, second.profile];
    terminal.out(`${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, type: 'config-diff', profiles: names, differences })}\n`);
    return EXIT.ok;
  }
  const names = [first.profile ?? 'no profile', second.profile ?? 'no profile'] as const;
  if (differences.length === 0) {
    terminal.out(`${names[0]} and ${names[1]} say the same\n`);
    return EXIT.ok;
  }
  const { bold, dim } = terminal.colors;
  const width = Math.max(...names.map(textWidth));
  const side = (name: string, value: ConfigValue | undefined): string =>
    `  ${name}${' '.repeat(width - textWidth(name))}  ${value === undefined ? dim('nothing') : `${yamlValue(value.value)}  ${dim(`# ${value.origin}`)}`}`;
  const blocks = differences.map(
    ({ path, first: one, second: other }) => `${bold(path)}\n${side(names[0], one)}\n${side(names[1], other)}\n`,
  );
  terminal.out(blocks.join('\n'));
  return EXIT.ok;
}

function warn(terminal: Terminal, { warnings, loaded }: Project, flags: ProjectFlags): void {
  printDiagnostics(terminal, warnings, flags, loaded.files);
  if (warnings.length > 0) terminal.err('\n');
}
