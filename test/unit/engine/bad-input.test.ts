// Nothing that is handed in may throw into the application or make a span that cannot be exported.

import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, Sampler, Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { inside, ns, setup } from '../../support/engine-fixture.js';

const throwing: object = new Proxy(
  {},
  {
    get() {
      throw new Error('get');
    },
    ownKeys() {
      throw new Error('ownKeys');
    },
    getPrototypeOf() {
      throw new Error('getPrototypeOf');
    },
  },
);
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const frozen = Object.freeze({ a: 1 });
/** Every JavaScript kind, and the worst of each. */
const EVERYTHING: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  10n,
  '',
  'text',
  '\ud800',
  Symbol('s'),
  () => 1,
  setup,
  {},
  [],
  [1, 'x'],
  [[1]],
  [null],
  frozen,
  new Date(0),
  new Date(Number.NaN),
  new Map([[{}, 1]]),
  new Set([1]),
  new WeakMap(),
  /x/,
  new Error('x'),
  Promise.resolve(),
  new Uint8Array(3),
  new ArrayBuffer(2),
  Object.create(null),
  new Proxy({}, {}),
  throwing,
  revoked({}),
  revoked([]),
  globalThis,
];

function exported(span: ReadableSpan): unknown {
  const bytes = JsonTraceSerializer.serializeRequest([span]);
  return JSON.parse(new TextDecoder().decode(bytes!));
}

describe('whatever is handed in as', () => {
  it.each<[string, (given: never, tracer: ReturnType<typeof setup>['tracer']) => unknown]>([
    ['name', (given, tracer) => tracer.startSpan(given)],
    ['options', (given, tracer) => tracer.startSpan('a', given)],
    ['context', (given, tracer) => tracer.startSpan('a', {}, given)],
    ['parent span', (given, tracer) => tracer.startSpan('a', {}, trace.setSpan(ROOT_CONTEXT, given))],
    [
      'parent span context',
      (given, tracer) => tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, given)),
    ],
    ['kind', (given, tracer) => tracer.startSpan('a', { kind: given })],
    ['attributes', (given, tracer) => tracer.startSpan('a', { attributes: given })],
    ['attribute at the start', (given, tracer) => tracer.startSpan('a', { attributes: { a: given } })],
    ['links', (given, tracer) => tracer.startSpan('a', { links: given })],
    ['link', (given, tracer) => tracer.startSpan('a', { links: [given] })],
    [
      'link attributes',
      (given, tracer) =>
        tracer.startSpan('a', {
          links: [{ context: { traceId: 'a', spanId: 'b', traceFlags: 0 }, attributes: given }],
        }),
    ],
    ['start time', (given, tracer) => tracer.startSpan('a', { startTime: given })],
    ['root', (given, tracer) => tracer.startSpan('a', { root: given })],
    ['attribute key', (given, tracer) => tracer.startSpan('a').setAttribute(given, 1)],
    ['attribute', (given, tracer) => tracer.startSpan('a').setAttribute('a', given)],
    ['further attributes', (given, tracer) => tracer.startSpan('a').setAttributes(given)],
    ['event name', (given, tracer) => tracer.startSpan('a').addEvent(given)],
    ['event attributes', (given, tracer) => tracer.startSpan('a').addEvent('e', given)],
    ['event time', (given, tracer) => tracer.startSpan('a').addEvent('e', {}, given)],
    ['later link', (given, tracer) => tracer.startSpan('a').addLink(given)],
    ['later links', (given, tracer) => tracer.startSpan('a').addLinks(given)],
    ['status', (given, tracer) => tracer.startSpan('a').setStatus(given)],
    ['status message', (given, tracer) => tracer.startSpan('a').setStatus({ code: 2, message: given })],
    ['new name', (given, tracer) => tracer.startSpan('a').updateName(given)],
    ['exception', (given, tracer) => void tracer.startSpan('a').recordException(given)],
    ['end time', (given, tracer) => tracer.startSpan('a').end(given)],
  ])('%s: the span is made and can be exported', (_, use) => {
    for (const given of EVERYTHING) {
      const { tracer, keeper } = setup();
      expect(() => use(given as never, tracer)).not.toThrow();
      const span = keeper.started[0] as Span;
      span.end();
      expect(keeper.ended).toHaveLength(1);
      expect(typeof span.name).toBe('string');
      expect(ns(span.endTime) >= ns(span.startTime)).toBe(true);
      expect(exported(span)).toMatchObject({
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: expect.any(String) }] }] }],
      });
    }
  });
});

describe('times', () => {
  it.each<[string, TimeInput, [number, number]]>([
    ['seconds and nanoseconds', [1_700_000_000, 5], [1_700_000_000, 5]],
    ['milliseconds since 1970', 1_700_000_000_123.5, [1_700_000_000, 123_500_000]],
    ['dates', new Date(1_700_000_000_123), [1_700_000_000, 123_000_000]],
    ['readings of the monotonic clock', 4_999, [1_699_999_999, 999_000_000]],
    ['the epoch', [0, 0], [0, 0]],
  ])('of users are kept as given: %s', (_, startTime, expected) => {
    const span = setup().tracer.startSpan('a', { startTime }) as Span;
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
  ])('that are none (%j) are replaced by now', startTime => {
    const { tracer, clock } = setup();
    const span = tracer.startSpan('a', { startTime: startTime as unknown as TimeInput }) as Span;
    expect(span.startTime).toEqual([clock.wall / 1000, 0]);
  });

  it('that would make a duration negative make it zero', () => {
    const span = setup().tracer.startSpan('a', { startTime: [100, 5] }) as Span;
    span.end([100, 4]);
    expect([span.endTime, span.duration]).toEqual([
      [100, 5],
      [0, 0],
    ]);
  });
});

describe('a sampler that', () => {
  const parented = (sampled: boolean): Context =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: Number(sampled),
    });
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers nothing', () => undefined],
    ['answers a decision that is none', () => ({ decision: 7 })],
    ['answers a promise', () => Promise.resolve({ decision: 2 })],
  ])('%s costs no span, and is told once', (_, shouldSample) => {
    const sampler = { shouldSample, toString: () => 'mine' } as unknown as Sampler;
    const { tracer, said } = setup({ sampler });
    const options: SpanOptions = { kind: SpanKind.CLIENT, links: [] as Link[] };
    expect(tracer.startSpan('root', options).isRecording()).toBe(true);
    expect(tracer.startSpan('child', options, parented(true)).isRecording()).toBe(true);
    expect(tracer.startSpan('child', options, parented(false)).isRecording()).toBe(false);
    expect(said).toEqual([expect.stringContaining('the sampler: shouldSample failed')]);
  });
});

describe('an id generator that', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers nothing', () => undefined],
    ['answers zeros', () => '0'.repeat(32)],
    ['answers something too short', () => 'abc'],
  ])('%s costs no span, and is told once', (_, generate) => {
    const idGenerator = {
      generateTraceId: generate as () => string,
      generateSpanId: generate as () => string,
    };
    const { tracer, said } = setup({ idGenerator });
    const parent = tracer.startSpan('a');
    const child = tracer.startSpan('b', {}, inside(parent));
    expect(parent.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(child.spanContext()).toMatchObject({
      traceId: parent.spanContext().traceId,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(said).toEqual([expect.stringContaining('the id generator')]);
  });
});

it('a status set twice by hand stays a status', () => {
  const span = setup().tracer.startSpan('a') as Span;
  span.setStatus(throwing as SpanStatus).setStatus({ code: 2 });
  expect(span.status).toEqual({ code: 2 });
});
