// One clock for each trace in a process: the wall clock is asked once, when the trace's first span starts here, and
// from then on only the monotonic clock counts. So a child never starts before its parent, and no span ends before
// it started, whatever the wall clock does meanwhile.
//
//   time of an instant = offset of the trace + monotonic reading        offset = wall - monotonic, at the local root
//
// Seconds and nanoseconds are kept apart as small integers: nanoseconds since 1970 do not fit a double.

import { performance } from 'node:perf_hooks';
import type { HrTime } from '@opentelemetry/api';
import { type Clock, systemClock } from '../core/clock.js';

const NS_PER_S = 1_000_000_000;
const NS_PER_MS = 1_000_000;
const NS_PER_US = 1_000;

/** An instant that is reused: the result of the latest conversion, to be copied at once. Saves an array a span. */
export const convertedTime: { seconds: number; nanos: number } = { seconds: 0, nanos: 0 };

/** What turns monotonic readings into times: seconds and nanoseconds to be added. */
export interface ClockOffset {
  readonly offsetSeconds: number;
  readonly offsetNanos: number;
}

/** Writes the time of a monotonic reading (milliseconds) into {@link convertedTime}. */
export function convertMonotonic(offset: ClockOffset, monotonicMs: number): void {
  const ns = offset.offsetNanos + Math.round(monotonicMs * NS_PER_MS);
  const carry = small(Math.floor(ns / NS_PER_S));
  convertedTime.seconds = offset.offsetSeconds + carry;
  convertedTime.nanos = (ns - carry * NS_PER_S) | 0;
}

/**
 * Writes the time of a reading at which a span starts: cut to whole microseconds, which keeps the order of starts.
 *
 * OpenTelemetry's exporter for Zipkin writes what a start has beyond them as a fraction, and Zipkin refuses the whole
 * request for it. Ends stay as they are: cut as well, short spans would end where they started, and Jaeger warns of
 * each.
 */
export function convertStart(offset: ClockOffset, monotonicMs: number): void {
  convertMonotonic(offset, monotonicMs);
  convertedTime.nanos -= convertedTime.nanos % NS_PER_US;
}

/** Writes milliseconds since 1970 into {@link convertedTime}, rounded as OpenTelemetry rounds. */
export function convertEpochMs(epochMs: number): void {
  convertedTime.seconds = small(Math.trunc(epochMs / 1000));
  convertedTime.nanos = Math.round((epochMs % 1000) * NS_PER_MS) | 0;
}

/**
 * The same number, as V8's small integer where it is one. A result of arithmetic on doubles stays a double although its
 * value is whole: 2.1 seconds after the start of a process, when readings in nanoseconds outgrow 32 bits, the fields of
 * every span would change their kind, and all that was compiled for them would be thrown away.
 */
function small(value: number): number {
  return (value | 0) === value ? value | 0 : value;
}

/** The time from one instant to another; negative where the second comes first. */
export function durationBetween(fromS: number, fromNs: number, toS: number, toNs: number): HrTime {
  const nanos = toNs - fromNs;
  return nanos < 0 ? [toS - fromS - 1, nanos + NS_PER_S] : [toS - fromS, nanos];
}

/**
 * Gives each new local root its offset.
 *
 * The wall clock counts whole milliseconds, so roots that took it as it is would start up to a millisecond early and
 * overlap with what came before. The offset is therefore kept from root to root as long as it agrees with the wall
 * clock to the millisecond, and follows the wall clock as soon as it does not; it is asked once a millisecond at most.
 */
export class WallClockAnchor implements ClockOffset {
  offsetSeconds = 0;
  offsetNanos = 0;
  readonly #clock: Clock;
  #set = false;
  #lookedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    // The runtime knows the wall clock at its own start more finely than to the millisecond.
    if (clock === systemClock) this.#moveTo(performance.timeOrigin, 0, 0);
  }

  /** Follows the wall clock; from here on this is the offset of a trace that starts at the monotonic reading. */
  followWallClock(monotonicMs: number): void {
    // It cannot have changed within its own unit, but for a jump, which the next root follows: 60 ns less for a root. One
    // that a test sets does nothing but jump.
    const faked = this.#clock.isFaked?.() ?? false;
    if (this.#set && !faked && monotonicMs - this.#lookedMs < 1) return;
    this.#lookedMs = faked ? Number.NEGATIVE_INFINITY : monotonicMs;
    const wallMs = this.#clock.wallMs();
    const aheadNs = this.#set ? this.#aheadOf(wallMs, monotonicMs) : -1;
    if (aheadNs >= 0 && aheadNs < NS_PER_MS) return;
    // A little ahead is drift and is taken back to the end of the millisecond; behind or far ahead is a jump.
    const drift = aheadNs >= NS_PER_MS && aheadNs < 2 * NS_PER_MS;
    this.#moveTo(wallMs, monotonicMs, drift ? NS_PER_MS - 1 : 0);
  }

  /** Nanoseconds by which this offset is ahead of the wall clock; in one sum, without division: 20 ns less a trace. */
  #aheadOf(wallMs: number, monotonicMs: number): number {
    const wholeMs = this.offsetSeconds * 1000 - wallMs;
    return wholeMs * NS_PER_MS + this.offsetNanos + Math.round(monotonicMs * NS_PER_MS);
  }

  #moveTo(wallMs: number, monotonicMs: number, extraNs: number): void {
    convertEpochMs(wallMs);
    const ns = convertedTime.nanos + extraNs - Math.round(monotonicMs * NS_PER_MS);
    const carry = small(Math.floor(ns / NS_PER_S));
    this.offsetSeconds = convertedTime.seconds + carry;
    this.offsetNanos = (ns - carry * NS_PER_S) | 0;
    this.#set = true;
  }
}
