import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  createSegmentOwners,
  HEARTBEAT_MS,
  type ProcessTable,
  systemProcesses,
  UNOWNED,
} from '../../../../src/delivery/spool/segment-owner.js';

/** Processes with their start, by id. Process 1 is this one. */
function processes(starts: Readonly<Record<number, string>>, hostname = 'box'): ProcessTable {
  return {
    pid: 1,
    hostname,
    isRunning: pid => starts[pid] !== undefined,
    startOf: pid => starts[pid] ?? '0',
  };
}

/** The owner id of process 1 of a host. */
const ownerId = (starts: Readonly<Record<number, string>>, hostname?: string): string =>
  createSegmentOwners(processes(starts, hostname)).self;

describe('the owner id', () => {
  it('has process id, start and host, in the characters of a segment name', () => {
    expect(ownerId({ 1: '100' })).toMatch(/^1-100-[0-9a-f]{8}$/);
    expect(ownerId({ 1: '100' }, 'other')).not.toBe(ownerId({ 1: '100' }));
  });
});

describe('isGone', () => {
  const owners = createSegmentOwners(processes({ 1: '100', 2: '200' }));
  const [, , host] = owners.self.split('-');

  it('is true for a segment that was released', () => {
    expect(owners.isGone(UNOWNED, 0)).toBe(true);
  });

  it('is false for this process, whatever the time since its last heartbeat', () => {
    expect(owners.isGone(owners.self, Number.POSITIVE_INFINITY)).toBe(false);
  });

  it('is false for a running process of this host', () => {
    expect(owners.isGone(`2-200-${host}`, Number.POSITIVE_INFINITY)).toBe(false);
  });

  it('is true for an ended process of this host', () => {
    expect(owners.isGone(`3-300-${host}`, 0)).toBe(true);
  });

  it('is true if the process id belongs to a later process, as in a restarted container', () => {
    expect(owners.isGone(`2-150-${host}`, 0)).toBe(true);
    expect(owners.isGone(`1-99-${host}`, 0)).toBe(true);
  });

  it('is true for a process of another host after five missed heartbeats', () => {
    const elsewhere = ownerId({ 1: '100' }, 'elsewhere');
    expect(owners.isGone(elsewhere, 0)).toBe(false);
    expect(owners.isGone(elsewhere, 5 * HEARTBEAT_MS)).toBe(false);
    expect(owners.isGone(elsewhere, 5 * HEARTBEAT_MS + 1)).toBe(true);
  });

  it.each(['', 'x', '1', '1-100', 'a-b-c-d'])('does not throw for the owner id %j', owner => {
    expect(owners.isGone(owner, 0)).toBe(false);
    expect(owners.isGone(owner, 5 * HEARTBEAT_MS + 1)).toBe(true);
  });
});

describe('the processes of this host', () => {
  it('contain this process, with a start that does not change', () => {
    expect(systemProcesses.pid).toBe(process.pid);
    expect(systemProcesses.isRunning(process.pid)).toBe(true);
    expect(systemProcesses.startOf(process.pid)).toBe(systemProcesses.startOf(process.pid));
  });

  it('contain a child process until it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const pid = child.pid!;
    expect(systemProcesses.isRunning(pid)).toBe(true);
    const owner = `${pid}-${systemProcesses.startOf(pid)}-${createSegmentOwners().self.split('-')[2]}`;
    expect(createSegmentOwners().isGone(owner, 0)).toBe(false);
    child.stdin.end();
    await once(child, 'exit');
    expect(systemProcesses.isRunning(pid)).toBe(false);
    expect(systemProcesses.startOf(pid)).toBe('0');
    expect(createSegmentOwners().isGone(owner, 0)).toBe(true);
  });

  it('contain the first process of the host, although it may belong to another user', () => {
    expect(systemProcesses.isRunning(1)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('have a start from /proc', () => {
    expect(systemProcesses.startOf(process.pid)).toMatch(/^[1-9]\d*$/);
  });
});
