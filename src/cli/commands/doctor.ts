/** `recipe doctor`: what may be wrong, a line each, with the way out. Exits with 1 when something stops a run. */
import type { DoctorReport, ReportedCheck } from '../../app/doctor.ts';
import { examineAll } from '../../app/doctor.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { left } from '../format.ts';
import { isJson } from '../open.ts';
import type { Terminal } from '../terminal.ts';

export async function doctor(terminal: Terminal, flags: ProjectFlags): Promise<number> {
  const report = await examineAll({
    ...(flags.C !== undefined && { from: flags.C }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
    ...(flags.set !== undefined && { set: flags.set }),
    ...(flags.envFile !== undefined && { envFiles: flags.envFile }),
  });
  terminal.out(isJson(flags) ? `${JSON.stringify(report)}\n` : screen(terminal, report));
  return report.ok ? EXIT.ok : EXIT.stepFailed;
}

function screen(terminal: Terminal, { checks }: DoctorReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines: string[] = [];
  let group: string | undefined;
  for (const check of checks) {
    if (group !== undefined && group !== check.group) lines.push('');
    group = check.group;
    lines.push(...checkLines(terminal, check, width));
  }
  return `${lines.join('\n')}\n\n${verdict(checks)}\n`;
}

function checkLines(terminal: Terminal, { state, name, message, hint }: ReportedCheck, width: number): readonly string[] {
  const { bold, dim, green, yellow, red } = terminal.colors;
  const marks = terminal.unicode ? { ok: '✓', note: '·', warning: '!', error: '✗' } : { ok: '+', note: '.', warning: '!', error: 'x' };
  const paint = { ok: green, note: dim, warning: yellow, error: red }[state];
  const line = `${paint(marks[state])} ${bold(left(name, width))}  ${printable(message)}`;
  return hint === undefined ? [line] : [line, `  ${' '.repeat(width)}  ${dim(`${terminal.unicode ? '→' : '->'} ${printable(hint)}`)}`];
}

function verdict(checks: readonly ReportedCheck[]): string {
  const count = (state: ReportedCheck['state']): number => checks.filter((check) => check.state === state).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors > 0) return errors === 1 ? 'one thing stops a run' : `${errors} things stop a run`;
  if (warnings > 0) return `nothing stops a run; ${warnings === 1 ? 'one thing is' : `${warnings} things are`} worth a look`;
  return 'all is well';
}
