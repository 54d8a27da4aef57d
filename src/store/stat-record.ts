/**
 * What identifies one state of a file without reading it. Size and modification time alone are
 * not enough: tools that restore times defeat them, which inode and change time do not allow.
 */
import type { FileStat } from '../engine/ports.ts';

/** Big integers are text, so that the record can be JSON. */
export interface StatRecord {
  readonly size: number;
  readonly dev: string;
  readonly ino: string;
  readonly mtime: string;
  readonly ctime: string;
}

export function statRecord(stat: FileStat): StatRecord {
  return { size: stat.sizeBytes, dev: `${stat.dev}`, ino: `${stat.ino}`, mtime: `${stat.mtimeNs}`, ctime: `${stat.ctimeNs}` };
}

export function matches(record: StatRecord, stat: FileStat | undefined): boolean {
  return (
    stat !== undefined &&
    stat.kind === 'file' &&
    stat.sizeBytes === record.size &&
    `${stat.mtimeNs}` === record.mtime &&
    `${stat.ctimeNs}` === record.ctime &&
    `${stat.ino}` === record.ino &&
    `${stat.dev}` === record.dev
  );
}

export function isSameStat(a: FileStat, b: FileStat): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino && a.dev === b.dev;
}
