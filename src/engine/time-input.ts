// Reads times from the application: OpenTelemetry's `TimeInput`, and invalid values.

import { types } from 'node:util';
import type { Clock } from '../core/clock.js';
import { safeText } from '../core/diagnostics.js';
import { type ClockOffset, convertEpochMs, convertedTime, convertMonotonic } from './trace-clock.js';
import type { TracerSharedState } from './tracer-shared-state.js';

/** The latest second in OTLP's unsigned 64-bit nanoseconds. A later time is probably in a wrong unit. */
const MAX_SECONDS = 18_446_744_073;

/**
 * Writes a time into {@link convertedTime}.
 *
 * A number up to the current reading of the monotonic clock is such a reading (`performance.now()`). A larger one is in
 * milliseconds since 1970.
 *
 * @param input the time, of any type
 * @param clock supplies the current reading
 * @param offset converts readings of the monotonic clock
 * @returns false if the input is not a time. Nothing is written then
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp}
 */
export function parseTimeInput(input: unknown, clock: Clock, offset: ClockOffset): boolean {
  if (typeof input === 'number') {
    if (!isEpochSeconds(input / 1000)) return false;
    if (input <= clock.monotonicMs()) convertMonotonic(offset, input);
    else convertEpochMs(input);
    return true;
  }
  if (isDate(input)) {
    const epochMs = Date.prototype.getTime.call(input);
    if (!isEpochSeconds(epochMs / 1000)) return false;
    convertEpochMs(epochMs);
    return true;
  }
  if (!isObject(input) || !isHrTime(input)) return false;
  const [seconds, nanos] = input;
  if (!isEpochSeconds(seconds) || !isEpochSeconds(nanos / 1e9)) return false;
  convertedTime.seconds = seconds;
  convertedTime.nanos = nanos;
  return true;
}

/**
 * Writes a time into {@link convertedTime}, or the current time if the input is missing or invalid.
 *
 * @param input the time, of any type
 * @param shared the clock and the fault reporter
 * @param offset converts readings of the monotonic clock
 */
export function resolveTime(input: unknown, shared: TracerSharedState, offset: ClockOffset): void {
  const { clock, faults } = shared;
  if (input !== undefined && input !== null) {
    if (parseTimeInput(input, clock, offset)) return;
    faults.reportDebugOnce({
      code: 'invalid_time',
      message: `the time ${safeText(input)} is invalid, and the current time is used`,
      fix: 'Pass a Date, milliseconds since 1970, a reading of performance.now(), or [seconds, nanoseconds].',
    });
  }
  convertMonotonic(offset, clock.monotonicMs());
}

/** Whether a value has one of the types of OpenTelemetry's `TimeInput`. It may still be out of range. */
export function isTimeInput(input: unknown): boolean {
  return typeof input === 'number' || (isObject(input) && (isDate(input) || isHrTime(input)));
}

/** Unlike `instanceof`, this check also recognises dates of other realms, and no proxy makes it throw. */
const isDate: (input: unknown) => input is Date = types.isDate;

function isHrTime(input: object): input is [number, number] {
  try {
    return (
      Array.isArray(input) &&
      input.length === 2 &&
      typeof input[0] === 'number' &&
      typeof input[1] === 'number'
    );
  } catch {
    // A revoked proxy, or a proxy whose traps throw, is not a time.
    return false;
  }
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null;
}

function isEpochSeconds(seconds: number): boolean {
  return seconds > -MAX_SECONDS && seconds < MAX_SECONDS; // false for NaN
}
