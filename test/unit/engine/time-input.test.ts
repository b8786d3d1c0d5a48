// Trace API, "Timestamp": https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp

import type { TimeInput } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { isTimeInput, parseTimeInput } from '../../../src/engine/time-input.js';
import { convertedTime } from '../../../src/engine/trace-clock.js';
import { createTestEngine, FakeClock } from '../../support/engine-fixture.js';

const NO_OFFSET = { offsetSeconds: 0, offsetNanos: 0 };

describe('a time from the application', () => {
  it.each<[string, TimeInput, [number, number]]>([
    ['seconds and nanoseconds', [1_700_000_000, 5], [1_700_000_000, 5]],
    ['milliseconds since 1970', 1_700_000_000_123.5, [1_700_000_000, 123_500_000]],
    ['dates', new Date(1_700_000_000_123), [1_700_000_000, 123_000_000]],
    ['readings of the monotonic clock', 4_999, [1_699_999_999, 999_000_000]],
    ['the epoch', [0, 0], [0, 0]],
  ])('is recorded unchanged: %s', (_, startTime, expected) => {
    const span = createTestEngine().tracer.startSpan('a', { startTime }) as Span;
    expect(span.startTime).toEqual(expected);
  });

  it.each([
    Number.NaN,
    Infinity,
    new Date(Number.NaN),
    [Number.NaN, 0],
    [1],
    [1, 2, 3],
    '2026-01-01',
    1.7e18,
    {},
  ])('that is invalid (%j) is replaced by the current time', startTime => {
    const { tracer, clock } = createTestEngine();
    const span = tracer.startSpan('a', { startTime: startTime as unknown as TimeInput }) as Span;
    expect(span.startTime).toEqual([clock.wall / 1000, 0]);
  });

  it('that is invalid as an end time is reported once, at the level debug', () => {
    const { tracer, captured } = createTestEngine();
    tracer.startSpan('a').end('yesterday' as unknown as TimeInput);
    tracer.startSpan('b').end('tomorrow' as unknown as TimeInput);
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'debug',
        code: 'invalid_time',
        message: expect.stringContaining('yesterday'),
      }),
    ]);
  });

  it('that precedes the start sets the duration to 0, which is reported once', () => {
    const { tracer, captured } = createTestEngine();
    const span = tracer.startSpan('a', { startTime: [100, 5] }) as Span;
    span.end([100, 4]);
    expect([span.endTime, span.duration]).toEqual([
      [100, 5],
      [0, 0],
    ]);
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['debug', 'negative_duration']]);
  });
});

describe('parseTimeInput', () => {
  it('takes a number up to the current reading as a reading, and a larger one as milliseconds since 1970', () => {
    const clock = new FakeClock();
    const offset = { offsetSeconds: 1_000, offsetNanos: 7 };
    expect(parseTimeInput(clock.monotonic, clock, offset)).toBe(true);
    expect(convertedTime).toEqual({ seconds: 1_005, nanos: 7 });
    expect(parseTimeInput(clock.monotonic + 1, clock, offset)).toBe(true);
    expect(convertedTime).toEqual({ seconds: 5, nanos: 1_000_000 });
  });

  it('writes nothing if the input is invalid', () => {
    parseTimeInput([3, 4], new FakeClock(), NO_OFFSET);
    expect(parseTimeInput([Infinity, 0], new FakeClock(), NO_OFFSET)).toBe(false);
    expect(convertedTime).toEqual({ seconds: 3, nanos: 4 });
  });
});

describe('isTimeInput', () => {
  it('checks the type, not the range', () => {
    for (const input of [0, Number.NaN, new Date(Number.NaN), [1, 2]]) expect(isTimeInput(input)).toBe(true);
    const { proxy, revoke } = Proxy.revocable([1, 2], {});
    revoke();
    for (const input of [undefined, null, '1', {}, [1], ['1', 2], proxy])
      expect(isTimeInput(input)).toBe(false);
  });
});
