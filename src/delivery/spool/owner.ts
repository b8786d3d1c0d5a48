// Who owns a segment: the process whose mark stands in the file's name. Taking over is renaming, which is atomic, so
// that of two processes that find the same orphan one wins; there is no lock file that could be left behind.
//
//   <time>-<random>.<pid>-<start>-<host>.spans      <time>-<random>.free.spans

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells the living owners from the dead. */
export interface Owners {
  /** This process's mark. */
  readonly self: string;
  /**
   * Whether the process behind a mark is gone.
   *
   * @param idleMs milliseconds since its segment was last touched
   */
  isGone(owner: string, idleMs: number): boolean;
}

/** The mark of a segment that its owner has left behind in order. */
export const FREE = 'free';

/** How often an owner touches its segments. */
export const HEARTBEAT_MS = 30_000;

// A process on another host cannot be looked up: it is gone when it has missed this many milliseconds of heartbeats.
const SILENT_MS = 5 * HEARTBEAT_MS;

/** The owners on this machine, by process id and, where the system tells it, the process's start. */
export function systemOwners(): Owners {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  const self = `${process.pid}-${startOf(process.pid)}-${host}`;
  return {
    self,
    isGone(owner, idleMs) {
      if (owner === FREE) return true;
      if (owner === self) return false;
      const [pid = '', start = '', itsHost] = owner.split('-');
      // In containers the host differs, or the same process id comes again and again with another start.
      if (itsHost !== host) return idleMs > SILENT_MS;
      return !isAlive(Number(pid)) || startOf(Number(pid)) !== start;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in the kernel's ticks since boot; '0' where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command in brackets, and may hold blanks; the start is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    // No /proc on macOS and Windows: the process id alone has to do.
    return '0';
  }
}
