// Times that users give: OpenTelemetry's `TimeInput`, and nonsense.

import { types } from 'node:util';
import type { Clock } from '../core/clock.js';
import { safeText } from '../core/diagnostics.js';
import { convertEpochMs, convertedTime, type ClockOffset, convertMonotonic } from './trace-clock.js';
import type { TracerSharedState } from './tracer-shared-state.js';

/** The latest second that OTLP's unsigned 64-bit nanoseconds can say; later is taken for a mistake of the unit. */
const MAX_SECONDS = 18_446_744_073;

/**
 * Writes a given time into {@link convertedTime}.
 *
 * Numbers up to the monotonic clock's reading are readings of it (`performance.now()`), others milliseconds since 1970.
 *
 * @returns false where the input is no time, and nothing was written
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

/** Writes the given time, or now where none or nonsense was given, into {@link convertedTime}. */
export function resolveTime(given: unknown, engine: TracerSharedState, offset: ClockOffset): void {
  const { clock, faults } = engine;
  if (given !== undefined && given !== null) {
    if (parseTimeInput(given, clock, offset)) return;
    faults.reportDebugOnce('time', `a time was given that is none (${safeText(given)}); now is taken instead`);
  }
  convertMonotonic(offset, clock.monotonicMs());
}

/** Whether something is one of the kinds of OpenTelemetry's `TimeInput`, sensible or not. */
export function isTimeInput(input: unknown): boolean {
  return typeof input === 'number' || (isObject(input) && (isDate(input) || isHrTime(input)));
}

/** By the brand: unlike `instanceof`, it also knows dates of other realms, and no proxy can make it throw. */
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
    // A revoked proxy, or one whose traps throw: no time.
    return false;
  }
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null;
}

function isEpochSeconds(seconds: number): boolean {
  return seconds > -MAX_SECONDS && seconds < MAX_SECONDS; // false for NaN
}
