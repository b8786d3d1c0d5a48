// No argument makes the engine throw into the application or create a span that cannot be exported.

import { ROOT_CONTEXT, type SpanStatus, trace } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createTestEngine, toNanoseconds } from '../../support/engine-fixture.js';

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
/** Every type of JavaScript, with values that are hard to handle. */
const HOSTILE_VALUES: readonly unknown[] = [
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
  createTestEngine,
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

describe('any value as', () => {
  it.each<[string, (value: never, tracer: ReturnType<typeof createTestEngine>['tracer']) => unknown]>([
    ['name', (value, tracer) => tracer.startSpan(value)],
    ['options', (value, tracer) => tracer.startSpan('a', value)],
    ['context', (value, tracer) => tracer.startSpan('a', {}, value)],
    ['parent span', (value, tracer) => tracer.startSpan('a', {}, trace.setSpan(ROOT_CONTEXT, value))],
    [
      'parent span context',
      (value, tracer) => tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, value)),
    ],
    ['kind', (value, tracer) => tracer.startSpan('a', { kind: value })],
    ['attributes', (value, tracer) => tracer.startSpan('a', { attributes: value })],
    ['attribute at the start', (value, tracer) => tracer.startSpan('a', { attributes: { a: value } })],
    ['links', (value, tracer) => tracer.startSpan('a', { links: value })],
    ['link', (value, tracer) => tracer.startSpan('a', { links: [value] })],
    [
      'link attributes',
      (value, tracer) =>
        tracer.startSpan('a', {
          links: [{ context: { traceId: 'a', spanId: 'b', traceFlags: 0 }, attributes: value }],
        }),
    ],
    ['start time', (value, tracer) => tracer.startSpan('a', { startTime: value })],
    ['root', (value, tracer) => tracer.startSpan('a', { root: value })],
    ['attribute key', (value, tracer) => tracer.startSpan('a').setAttribute(value, 1)],
    ['attribute', (value, tracer) => tracer.startSpan('a').setAttribute('a', value)],
    ['further attributes', (value, tracer) => tracer.startSpan('a').setAttributes(value)],
    ['event name', (value, tracer) => tracer.startSpan('a').addEvent(value)],
    ['event attributes', (value, tracer) => tracer.startSpan('a').addEvent('e', value)],
    ['event time', (value, tracer) => tracer.startSpan('a').addEvent('e', {}, value)],
    ['later link', (value, tracer) => tracer.startSpan('a').addLink(value)],
    ['later links', (value, tracer) => tracer.startSpan('a').addLinks(value)],
    ['status', (value, tracer) => tracer.startSpan('a').setStatus(value)],
    ['status message', (value, tracer) => tracer.startSpan('a').setStatus({ code: 2, message: value })],
    ['new name', (value, tracer) => tracer.startSpan('a').updateName(value)],
    ['exception', (value, tracer) => void tracer.startSpan('a').recordException(value)],
    ['end time', (value, tracer) => tracer.startSpan('a').end(value)],
  ])('%s: the span is created and can be exported', (_, use) => {
    for (const value of HOSTILE_VALUES) {
      const { tracer, collected } = createTestEngine();
      expect(() => use(value as never, tracer)).not.toThrow();
      const span = collected.started[0] as Span;
      span.end();
      expect(collected.ended).toHaveLength(1);
      expect(typeof span.name).toBe('string');
      expect(toNanoseconds(span.endTime) >= toNanoseconds(span.startTime)).toBe(true);
      expect(exported(span)).toMatchObject({
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: expect.any(String) }] }] }],
      });
    }
  });
});

it('a status whose getters throw is ignored', () => {
  const span = createTestEngine().tracer.startSpan('a') as Span;
  span.setStatus(throwing as SpanStatus).setStatus({ code: 2 });
  expect(span.status).toEqual({ code: 2 });
});
