/**
 * How many cores this process may keep busy. A container with a quota sees all cores of its host and is stopped for the rest of
 * each period once it has used what it may, so threads beyond the quota only take time from the others.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const CGROUP = '/sys/fs/cgroup';

/** `folder` is where Linux tells of the control group; other systems have none. */
export function allowedCores(folder: string = CGROUP, cores: number = availableParallelism()): number {
  const quota = quotaIn(folder);
  return quota === undefined ? cores : Math.max(1, Math.min(cores, Math.ceil(quota)));
}

/** Cores' worth of time, maybe a fraction; `undefined` without a limit. Version 2 first, then version 1. */
function quotaIn(folder: string): number | undefined {
  const [quota, period] = (
    read(join(folder, 'cpu.max')) ?? `${read(join(folder, 'cpu', 'cpu.cfs_quota_us'))} ${read(join(folder, 'cpu', 'cpu.cfs_period_us'))}`
  )
    .split(/\s+/)
    .map(Number);
  const share = (quota as number) / (period as number);
  return share > 0 && Number.isFinite(share) ? share : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
