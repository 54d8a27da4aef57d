/** `recipe cache ls|verify|rm`: what is stored, whether it is sound, and how to forget some of it. */
import { listCache, removeFromCache, verifyCache } from '../../app/cache.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { left } from '../format.ts';
import { isJson, openOrPrint } from '../open.ts';
import { age, size } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';

export async function cacheLs(terminal: Terminal, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { results, bytes } = listCache(opened.project);
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: 1, bytes, results })}\n`);
    return EXIT.ok;
  }
  const now = Date.now();
  for (const { task, key, bytes: own, lastUsed, isPinned, isCurrent } of results) {
    const marks = [...(isCurrent ? ['shown'] : []), ...(isPinned ? ['pinned'] : [])].join(', ');
    terminal.out(
      `${left(task, 12)} ${key.slice(0, 12)}  ${left(size(own), 9)} ${left(`used ${age(now - lastUsed)} ago`, 18)} ${marks}`
        .trimEnd()
        .concat('\n'),
    );
  }
  terminal.out(`${results.length} results, ${size(bytes)} on disk\n`);
  return EXIT.ok;
}

/** Exits with 1 when something was bad: a script asks for that. */
export async function cacheVerify(terminal: Terminal, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const report = await verifyCache(opened.project);
  const bad = report.badEntries.length + report.badBlobs.length + report.missing.length;
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: 1, ...report })}\n`);
  } else {
    for (const name of [...report.badEntries, ...report.badBlobs]) terminal.out(`set aside ${name}: its bytes do not match its digest\n`);
    for (const { task, path } of report.missing) terminal.out(`${task} lacks ${path}; it runs again when it is needed\n`);
    terminal.out(
      `${report.entries} results and ${report.blobs} files (${size(report.bytes)}) checked, ${bad === 0 ? 'all sound' : `${bad} bad`}\n`,
    );
  }
  return bad === 0 ? EXIT.ok : EXIT.stepFailed;
}

export async function cacheRm(terminal: Terminal, name: string, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const removed = removeFromCache(opened.project, name);
  if (!removed.ok) return EXIT.stepFailed;
  if (isJson(flags)) terminal.out(`${JSON.stringify({ schemaVersion: 1, removed: removed.value })}\n`);
  else
    terminal.out(
      removed.value.length === 0
        ? `nothing is stored of \`${name}\`\n`
        : `forgot ${removed.value.length} results; \`recipe gc\` frees their space\n`,
    );
  return removed.value.length === 0 ? EXIT.usage : EXIT.ok;
}
