// Compares the clock of this machine with the clock of the backend, by the Date header of its responses.

import type { Check } from '../core/check.js';
import type { TransportResponse } from '../delivery/transport.js';
import { createFaultCheck, createOkCheck, createSkippedCheck } from './check-results.js';
import { formatSkew } from './format-duration.js';

const NAME = 'clock';
// A Date header has whole seconds, and a proxy may delay a response.
const TOLERANCE_MS = 5_000;
// Beyond this, products begin to reject spans or to show them outside the range of a search.
const ERROR_MS = 300_000;
const HALF_SECOND_MS = 500;

/** The times of a response on the wall clock of this machine. */
export interface ResponseTimes {
  /** Before the request, in milliseconds since the epoch. */
  readonly sentMs: number;
  /** After the response. */
  readonly receivedMs: number;
}

/**
 * Compares the clocks.
 *
 * @param response a response of the backend
 * @param times the times of the response
 * @param source the name of the exporter
 */
export function checkClock(
  { date }: TransportResponse,
  { sentMs, receivedMs }: ResponseTimes,
  source: string,
): Check {
  const backendMs = Date.parse(date ?? '');
  if (Number.isNaN(backendMs)) {
    const message = 'the responses of the backend have no Date header';
    return createSkippedCheck(NAME, { code: 'clock_unknown', message, source });
  }
  const skewMs = (sentMs + receivedMs) / 2 - (backendMs + HALF_SECOND_MS);
  const toleranceMs = TOLERANCE_MS + (receivedMs - sentMs) / 2;
  if (Math.abs(skewMs) <= toleranceMs) return createOkCheck(NAME, 'agrees with the clock of the backend');
  const side = skewMs > 0 ? 'ahead of' : 'behind';
  return createFaultCheck(
    NAME,
    {
      code: 'clock_skew',
      message: `the clock of this machine is ${formatSkew(Math.abs(skewMs))} ${side} the clock of the backend`,
      why: 'Spans appear at the wrong position of a trace, are searched for in the wrong hour, or are rejected as too old or too new.',
      fix: 'Synchronize the clock with NTP (chrony, systemd-timesyncd), or with the virtual machine after a sleep. If this clock is right, correct the clock of the backend.',
      source,
    },
    Math.abs(skewMs) >= ERROR_MS ? 'error' : 'warning',
  );
}
