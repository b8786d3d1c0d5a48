// The owner of a segment: the process whose id is in the file name. A process takes a segment over by renaming the file,
// which is atomic, so of two processes that find the same orphan only one succeeds. No lock file can be left behind.
//
//   <time>-<random>.<pid>-<start>-<host>.spans      <time>-<random>.free.spans

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { getErrorCode } from '../../core/error-code.js';

/** Distinguishes running owners from ended ones. */
export interface SegmentOwners {
  /** The owner id of this process. */
  readonly self: string;
  /**
   * Whether the process of an owner id has ended.
   *
   * @param owner the owner id
   * @param idleMs milliseconds since the last heartbeat of its segment
   */
  isGone(owner: string, idleMs: number): boolean;
}

/** The processes of this host. */
export interface ProcessTable {
  /** The id of this process. */
  readonly pid: number;
  readonly hostname: string;
  isRunning(pid: number): boolean;
  /** The start of a process in ticks of the kernel since boot; `'0'` if the system does not provide it. */
  startOf(pid: number): string;
}

/** The owner id of a segment that its owner has released. */
export const UNOWNED = 'free';

/** Milliseconds between two heartbeats of an owner. */
export const HEARTBEAT_MS = 30_000;

// A process on another host cannot be looked up. It counts as ended after five missed heartbeats.
const SILENCE_MS = 5 * HEARTBEAT_MS;

/**
 * Identifies owners by process id, by process start if the system provides it, and by host.
 *
 * @param processes the processes of this host
 */
export function createSegmentOwners(processes: ProcessTable = systemProcesses): SegmentOwners {
  const host = createHash('sha256').update(processes.hostname).digest('hex').slice(0, 8);
  const self = `${processes.pid}-${processes.startOf(processes.pid)}-${host}`;
  return {
    self,
    isGone(owner, idleMs) {
      if (owner === UNOWNED) return true;
      if (owner === self) return false;
      const [pid = '', start = '', ownerHost] = owner.split('-');
      if (ownerHost !== host) return idleMs > SILENCE_MS;
      // In containers the same process id returns with another start.
      return !processes.isRunning(Number(pid)) || processes.startOf(Number(pid)) !== start;
    },
  };
}

/** The name of this host. A runtime may refuse it (Deno without `--allow-sys`), and then this process counts as a host. */
function readHostname(): string {
  try {
    return hostname();
  } catch {
    return randomUUID();
  }
}

/** The processes of this host, as the operating system lists them. */
export const systemProcesses: ProcessTable = {
  pid: process.pid,
  hostname: readHostname(),
  isRunning(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM: the process is running and belongs to another user.
      return getErrorCode(error) === 'EPERM';
    }
  },
  startOf(pid) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The second field is the command in brackets and may contain spaces. The start is the 22nd field.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
    } catch {
      // macOS and Windows have no /proc, so the process id alone identifies the owner.
      return '0';
    }
  },
};
