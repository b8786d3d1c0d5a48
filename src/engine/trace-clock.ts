// One clock for each trace in a process. The wall clock is read at the start of the local root, and after that only the
// monotonic clock. A child therefore never starts before its parent, and no span ends before its start, even if the wall
// clock is changed meanwhile.
//
//   time = offset of the trace + monotonic reading        offset = wall - monotonic, at the local root
//
// Seconds and nanoseconds are separate small integers, because nanoseconds since 1970 do not fit a double.

import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';
import { type Clock, systemClock } from '../core/clock.js';

const NS_PER_S = 1_000_000_000;
const NS_PER_MS = 1_000_000;
const NS_PER_US = 1_000;

/** The result of the latest conversion. It is reused, which saves an array per span: copy it before the next conversion. */
export const convertedTime: { seconds: number; nanos: number } = { seconds: 0, nanos: 0 };

/** The difference between the wall clock and the monotonic clock: seconds and nanoseconds to add to a reading. */
export interface ClockOffset {
  readonly offsetSeconds: number;
  readonly offsetNanos: number;
}

/** Writes the time of a monotonic reading (milliseconds) into {@link convertedTime}. */
export function convertMonotonic(offset: ClockOffset, monotonicMs: number): void {
  const ns = offset.offsetNanos + Math.round(monotonicMs * NS_PER_MS);
  const carry = toSmallInteger(Math.floor(ns / NS_PER_S));
  convertedTime.seconds = offset.offsetSeconds + carry;
  convertedTime.nanos = (ns - carry * NS_PER_S) | 0;
}

/**
 * Writes the start time of a span into {@link convertedTime}, cut to whole microseconds. The order of starts is unchanged.
 *
 * OpenTelemetry's exporter for Zipkin writes the nanoseconds of a start as a fraction, and Zipkin refuses the whole request
 * because of it. End times are not cut: short spans would end at their start, and Jaeger warns about each of them.
 */
export function convertStart(offset: ClockOffset, monotonicMs: number): void {
  convertMonotonic(offset, monotonicMs);
  convertedTime.nanos -= convertedTime.nanos % NS_PER_US;
}

/** Writes milliseconds since 1970 into {@link convertedTime}, rounded in the same way as in OpenTelemetry. */
export function convertEpochMs(epochMs: number): void {
  convertedTime.seconds = toSmallInteger(Math.trunc(epochMs / 1000));
  convertedTime.nanos = Math.round((epochMs % 1000) * NS_PER_MS) | 0;
}

/**
 * Returns the same number as a small integer of V8, if it is one. A result of arithmetic on doubles remains a double even
 * if its value is an integer. 2.1 seconds after the start of a process, when readings in nanoseconds outgrow 32 bits, the
 * fields of every span would change their representation, and V8 would discard all code compiled for them.
 */
function toSmallInteger(value: number): number {
  return (value | 0) === value ? value | 0 : value;
}

/** Returns the time between two instants. It is negative if the second instant is earlier. */
export function computeDuration(fromS: number, fromNs: number, toS: number, toNs: number): HrTime {
  const nanos = toNs - fromNs;
  return nanos < 0 ? [toS - fromS - 1, nanos + NS_PER_S] : [toS - fromS, nanos];
}

/**
 * The clock offset of each new local root.
 *
 * The wall clock counts whole milliseconds. With an offset from each reading, local roots would start up to a millisecond
 * early and overlap with earlier work. The offset therefore stays the same while it agrees with the wall clock to the
 * millisecond, and changes as soon as it does not. The wall clock is read once a millisecond at most.
 */
export class WallClockAnchor implements ClockOffset {
  offsetSeconds = 0;
  offsetNanos = 0;
  readonly #clock: Clock;
  #isSet = false;
  #lastReadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    // Node.js records the wall clock at its start with a resolution finer than a millisecond.
    if (clock === systemClock) this.#setOffset(performance.timeOrigin, 0, 0);
  }

  /** Updates the offset for a trace that starts at a monotonic reading (milliseconds). */
  followWallClock(monotonicMs: number): void {
    // Within a millisecond the wall clock changes only by a jump, which the next local root follows. The check saves 60 ns
    // per local root. A clock that a test sets does nothing but jump.
    const isFaked = this.#clock.isFaked?.() ?? false;
    if (this.#isSet && !isFaked && monotonicMs - this.#lastReadMs < 1) return;
    this.#lastReadMs = isFaked ? Number.NEGATIVE_INFINITY : monotonicMs;
    const wallMs = this.#clock.wallMs();
    const aheadNs = this.#isSet ? this.#nsAheadOf(wallMs, monotonicMs) : -1;
    if (aheadNs >= 0 && aheadNs < NS_PER_MS) return;
    // A small lead is drift, and the offset moves back to the end of the millisecond. A lag or a large lead is a jump.
    const isDrift = aheadNs >= NS_PER_MS && aheadNs < 2 * NS_PER_MS;
    this.#setOffset(wallMs, monotonicMs, isDrift ? NS_PER_MS - 1 : 0);
  }

  /** The lead of this offset over the wall clock in nanoseconds. One sum without division saves 20 ns per trace. */
  #nsAheadOf(wallMs: number, monotonicMs: number): number {
    const wholeMs = this.offsetSeconds * 1000 - wallMs;
    return wholeMs * NS_PER_MS + this.offsetNanos + Math.round(monotonicMs * NS_PER_MS);
  }

  #setOffset(wallMs: number, monotonicMs: number, extraNs: number): void {
    convertEpochMs(wallMs);
    const ns = convertedTime.nanos + extraNs - Math.round(monotonicMs * NS_PER_MS);
    const carry = toSmallInteger(Math.floor(ns / NS_PER_S));
    this.offsetSeconds = convertedTime.seconds + carry;
    this.offsetNanos = (ns - carry * NS_PER_S) | 0;
    this.#isSet = true;
  }
}
