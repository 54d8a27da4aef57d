/** `recipe gc`: remove results that were not used for long, or that do not fit. */
import { collectCache } from '../../app/cache.ts';
import { byteSize } from '../../schema/byte-size.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { parseAge, size } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';

export interface GcFlags extends ProjectFlags {
  readonly olderThan?: string;
  readonly maxSize?: string;
  readonly dryRun?: boolean;
}

export async function gc(terminal: Terminal, flags: GcFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const olderThanMs = flags.olderThan === undefined ? undefined : parseAge(flags.olderThan);
  const maxBytes = flags.maxSize === undefined ? undefined : byteSize(flags.maxSize);
  const wrong =
    flags.olderThan !== undefined && olderThanMs === undefined
      ? `\`--older-than ${flags.olderThan}\` is no age; write for example \`30d\`, \`12h\` or \`2w\``
      : flags.maxSize !== undefined && maxBytes === undefined
        ? `\`--max-size ${flags.maxSize}\` is no size; write for example \`500MB\` or \`10GB\``
        : undefined;
  if (wrong !== undefined) {
    printDiagnostics(terminal, [{ code: 'usage', severity: 'error', message: wrong }], flags);
    return EXIT.usage;
  }
  const report = collectCache(opened.project, {
    ...(olderThanMs !== undefined && { olderThanMs }),
    ...(maxBytes !== undefined && { maxBytes }),
    dryRun: flags.dryRun === true,
  });
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: 1, ...report })}\n`);
    return EXIT.ok;
  }
  for (const { task, key, why } of report.entries)
    terminal.out(
      `${report.dryRun ? 'would remove' : 'removed'} ${task} ${key.slice(0, 12)} (${why === 'old' ? 'not used for long' : 'over the size'})\n`,
    );
  terminal.out(
    `${report.dryRun ? 'would free' : 'freed'} ${size(report.bytes)}; ${report.kept.entries} results with ${size(report.kept.bytes)} stay\n`,
  );
  if (report.overBytes > 0)
    terminal.out(`pinned, shown and new results are ${size(report.overBytes)} over the size; nothing of them was removed\n`);
  return EXIT.ok;
}
