import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowedCores } from '../../../src/app/allowed-cores.ts';

test.each([
  ['no control group', {}, 8],
  ['version 2 without a limit', { 'cpu.max': 'max 100000\n' }, 8],
  ['version 2', { 'cpu.max': '200000 100000\n' }, 2],
  ['a part of a core', { 'cpu.max': '50000 100000\n' }, 1],
  ['one and a half', { 'cpu.max': '150000 100000\n' }, 2],
  ['more than there are', { 'cpu.max': '6400000 100000\n' }, 8],
  ['version 1', { 'cpu/cpu.cfs_quota_us': '300000\n', 'cpu/cpu.cfs_period_us': '100000\n' }, 3],
  ['version 1 without a limit', { 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' }, 8],
])('of eight cores, with %s', (_, files, cores) => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  try {
    mkdirSync(join(folder, 'cpu'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    expect(allowedCores(folder, 8)).toBe(cores);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
