// The clock of this machine against the backend's, by the Date header of its answers.

import type { Check } from '../core/check.js';
import type { Answered } from '../delivery/transport.js';
import { fault, good } from './target.js';

// A Date header names whole seconds, and proxies may hold an answer for a moment.
const TOLERANCE_MS = 5_000;
// Beyond this, products begin to refuse spans or to show them outside the time that is looked at.
const ERROR_MS = 300_000;
const HALF_SECOND_MS = 500;

/**
 * Compares the clocks.
 *
 * @param answer of the backend
 * @param sentMs the wall clock when the request left
 * @param receivedMs and when the answer was there
 */
export function examineClock(answer: Answered, sentMs: number, receivedMs: number): Check {
  const theirsMs = Date.parse(answer.date ?? '');
  if (Number.isNaN(theirsMs)) {
    return { name: 'clock', status: 'skipped', message: 'the backend does not tell its time' };
  }
  const skewMs = (sentMs + receivedMs) / 2 - (theirsMs + HALF_SECOND_MS);
  const tolerance = TOLERANCE_MS + (receivedMs - sentMs) / 2;
  if (Math.abs(skewMs) <= tolerance) return good('clock', 'in step with the backend');
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  return fault('clock', `the clock of this machine is ${duration(Math.abs(skewMs))} ${side} the backend's`, {
    status: Math.abs(skewMs) >= ERROR_MS ? 'error' : 'warning',
    why: 'Spans stand in the wrong place of a trace, are looked for in the wrong hour, or are refused as too old or too new.',
    fix: 'Set the clock right: NTP (chrony, systemd-timesyncd), or that of the virtual machine after a sleep. If this one is right, it is the backend.',
  });
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
