/**
 * Who holds a lock or a staging folder, and whether that process still lives. A process number
 * alone is not enough: it is given out again, and another boot or container counts its own.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { sha256Hex } from '../engine/digest.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Empty, as the next two, where the system does not tell cheaply. */
  readonly boot: string;
  /** Which numbering of processes `pid` belongs to: containers have their own. */
  readonly numbering: string;
  /** When the process began, in units of the system. */
  readonly startTime: string;
}

export interface Processes {
  readonly self: ProcessIdentity;
  /** `unknown` for a process of another host or container. */
  lives(process: ProcessIdentity): 'yes' | 'no' | 'unknown';
  /** Whether a process of this number exists here and now, be it the same or another. */
  answers(pid: number): boolean;
}

export function systemProcesses(): Processes {
  const self: ProcessIdentity = {
    pid: process.pid,
    host: hostname(),
    boot: firstLine('/proc/sys/kernel/random/boot_id'),
    numbering: linkTarget('/proc/self/ns/pid'),
    startTime: startTimeOf(process.pid),
  };
  return {
    self,
    answers,
    lives(other) {
      if (other.boot !== self.boot) return other.host === self.host ? 'no' : 'unknown';
      if (other.numbering !== self.numbering || (self.boot === '' && other.host !== self.host)) return 'unknown';
      if (!answers(other.pid)) return 'no';
      return startTimeOf(other.pid) === other.startTime && !hasEnded(other.pid) ? 'yes' : 'no';
    },
  };
}

/** A short name for all processes that can see each other's numbers. */
export function spaceOf({ host, boot, numbering }: ProcessIdentity): string {
  return sha256Hex([host, boot, numbering].join('\n')).slice(0, 12);
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted to signal it means that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** It was killed, and its parent has not yet asked for its end: it answers, and does nothing any more. */
function hasEnded(pid: number): boolean {
  const line = firstLine(`/proc/${pid}/stat`);
  return /^[ZX]/.test(line.slice(line.lastIndexOf(')') + 2));
}

/** Field 22 of `/proc/PID/stat`. The second field is a name in brackets that may hold spaces and brackets. */
function startTimeOf(pid: number): string {
  const line = firstLine(`/proc/${pid}/stat`);
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'latin1').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
