import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noopTrace } from '../../../src/span/noop-trace.js';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { trace } from '../../../src/span/trace.js';
import type { TraceApi } from '../../../src/span/trace-api.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

it('has every function of the facade', () => {
  expect(Object.keys(noopTrace).toSorted()).toEqual(Object.keys(trace).toSorted());
  expect(noopTrace.scope('library')).toBe(noopTrace);
});

it('runs functions, and starts no spans, also after init()', () => {
  const results = [
    noopTrace.span('a', span => span),
    noopTrace.span('a', { kind: 'client' }, span => span),
    noopTrace.continue({}, 'a', span => span),
    noopTrace.continue({}, 'a', { kind: 'client' }, span => span),
    noopTrace.startSpan('a'),
  ];
  expect(results).toEqual(results.map(() => NOOP_SPAN));
  const run = (): unknown => trace.getActiveSpan();
  expect([
    noopTrace.withSpan(trace.startSpan('active'), run),
    noopTrace.withAttributes({ a: 1 }, run),
    noopTrace.withBaggage({ a: 'b' }, run),
    noopTrace.detached(run),
    noopTrace.suppress(run),
  ]).toEqual(Array(5).fill(undefined));
  expect(tracing.spans()).toEqual([]);
});

it('returns what it receives', async () => {
  const fn = (): number => 1;
  const carrier = {};
  expect([
    noopTrace.wrap('a', fn),
    noopTrace.bind(fn),
    noopTrace.wrapAll(carrier),
    noopTrace.inject(carrier),
  ]).toEqual([fn, fn, carrier, carrier]);
  expect([noopTrace.inject(), noopTrace.getBaggage(), noopTrace.childEnv({ A: '1' })]).toEqual([
    {},
    {},
    { A: '1' },
  ]);
  expect([noopTrace.extract({}), noopTrace.keep(), noopTrace.drop()]).toEqual([ROOT_CONTEXT, false, false]);
  expect([noopTrace.ids(), noopTrace.url(), noopTrace.getActiveSpan(), noopTrace.getRootSpan()]).toEqual(
    Array(4).fill(undefined),
  );
  expect(await noopTrace.flush()).toEqual({ exporters: [], lateCalls: 0 });
  expect([await noopTrace.check(), await noopTrace.shutdown(), noopTrace.stats()]).toMatchObject([
    { ok: true },
    { exporters: [] },
    { exporters: [] },
  ]);
  noopTrace.getTracer('a').startSpan('b').end();
  trace.span('work', span => {
    noopTrace.setAttribute('a', 1);
    noopTrace.setAttributes({ a: 1 });
    noopTrace.addEvent('e');
    noopTrace.recordError(new Error('x'));
    expect(span).toMatchObject({ attributes: {}, events: [] });
  });
});

it('decorates nothing', () => {
  const method = (): number => 1;
  const context = { kind: 'method', name: 'total' } as const;
  const decorators = [
    noopTrace.traced,
    noopTrace.traced(),
    noopTrace.traced('a'),
    noopTrace.traced({ kind: 'client' }),
  ];
  expect(decorators.map(decorate => decorate(method, context))).toEqual(Array(4).fill(undefined));
});

it('is the base of a fake', () => {
  const fake: TraceApi = { ...noopTrace, ids: () => ({ traceId: 'a', spanId: 'b', sampled: true }) };
  expect(fake.span('work', () => fake.ids()?.traceId)).toBe('a');
});
