import { ROOT_CONTEXT, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { beforeEach, describe, expect, it } from 'vitest';
import { setSpan } from '../../../src/context/index.js';
import { globalState } from '../../../src/core/global-state.js';
import { trace } from '../../../src/index.js';
import { SpanFilter } from '../../../src/setup/span-filter.js';
import type { EndedSpan, OnSpanEnd } from '../../../src/spans/ended-span.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { makeSpan } from '../../support/spans.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

let captured: readonly CapturedDiagnostic[];
beforeEach(() => {
  const collected = collectDiagnostics();
  const previous = globalState.diagnostics;
  ({ captured } = collected);
  globalState.diagnostics = collected.diagnostics;
  return () => {
    globalState.diagnostics = previous;
  };
});

const contextWith = (span: ReadableSpan) => setSpan(ROOT_CONTEXT, span as never);
const apply = (onSpanEnd: OnSpanEnd, span: ReadableSpan = makeSpan()): ReadableSpan | undefined =>
  new SpanFilter(onSpanEnd).apply(span);

describe('the changes of onSpanEnd', () => {
  it('are on the exported span, and not on the original', () => {
    const span = makeSpan({
      attributes: { a: 1 },
      events: [{ name: 'event', time: [1, 0] }],
      links: [{ context: makeSpan().spanContext() }],
    });
    const changed = apply(view => {
      view.name = 'renamed';
      view.attributes['b'] = 2;
      view.status.code = SpanStatusCode.ERROR;
      view.events.pop();
      view.links = [];
    }, span);
    expect(changed).toMatchObject({
      name: 'renamed',
      attributes: { a: 1, b: 2 },
      status: { code: SpanStatusCode.ERROR },
      events: [],
      links: [],
    });
    expect(span).toMatchObject({
      name: 'processOrder',
      attributes: { a: 1 },
      status: { code: SpanStatusCode.UNSET },
      events: [{ name: 'event' }],
    });
    expect(span.links).toHaveLength(1);
  });

  it('do not reach the events and links of the original', () => {
    const span = makeSpan({ events: [{ name: 'event', time: [1, 0] }] });
    apply(({ events }) => {
      for (const event of events) event.name = 'changed';
    }, span);
    expect(span.events[0]?.name).toBe('event');
  });

  it('become attributes as on a span: objects as JSON', () => {
    const changed = apply(({ attributes }) => void Object.assign(attributes, { order: { id: 1 } }));
    expect(changed?.attributes).toEqual({ order: '{"id":1}' });
  });

  it.each([
    ['name', 5],
    ['status', 'ok'],
    ['status', { code: 'ok' }],
    ['status', null],
    ['events', 'none'],
    ['links', { 0: 'a' }],
    ['attributes', 'none'],
    ['attributes', null],
  ])('to %s of a wrong type (%j) are refused with one diagnostic', (field, value) => {
    const span = makeSpan({ attributes: { a: 1 } });
    const filter = new SpanFilter(view => void Object.assign(view, { [field]: value }));
    for (const result of [filter.apply(span), filter.apply(span)]) {
      expect(result?.[field as 'name']).toEqual(span[field as 'name']);
    }
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'onSpanEnd' }]);
  });
});

describe('the view of an ended span', () => {
  it('has the ids, times, scope and parent of the span', () => {
    const parentSpanContext = { ...makeSpan().spanContext(), spanId: '00f067aa0ba902b7' };
    const span = makeSpan({ parentSpanContext });
    const views: EndedSpan[] = [];
    apply(view => void views.push(view), span);
    apply(view => void views.push(view), makeSpan());
    const [child, root] = views;
    expect(child).toMatchObject({
      kind: span.kind,
      startTime: span.startTime,
      endTime: span.endTime,
      duration: span.duration,
      parentSpanContext,
      scopeName: '@do/trace',
    });
    expect(child?.spanContext()).toBe(span.spanContext());
    expect(root).not.toHaveProperty('parentSpanContext');
  });
});

describe('the result false', () => {
  it('drops the span and counts it', () => {
    const filter = new SpanFilter(() => false);
    expect(filter.apply(makeSpan())).toBeUndefined();
    expect(filter.counts()).toEqual({ filtered: 1, filterRefused: 0 });
  });

  it.each(['onStart', 'onInject'] as const)('does not drop a span that was passed to %s', method => {
    const filter = new SpanFilter(view => {
      view.name = 'renamed';
      return false;
    });
    const span = makeSpan();
    filter[method](contextWith(span));
    expect(filter.apply(span)?.name).toBe('renamed');
    expect(filter.apply(makeSpan())).toBeUndefined();
    expect(filter.counts()).toEqual({ filtered: 1, filterRefused: 1 });
  });

  it('a context without a span refers to none', () => {
    const filter = new SpanFilter(() => false);
    filter.onStart(ROOT_CONTEXT);
    filter.onInject(apiTrace.deleteSpan(ROOT_CONTEXT));
    expect(filter.apply(makeSpan())).toBeUndefined();
  });

  it.each([undefined, true, 0, null, 'false'])('is the only one that drops: %j keeps the span', result => {
    const filter = new SpanFilter((() => result) as OnSpanEnd);
    expect(filter.apply(makeSpan())?.name).toBe('processOrder');
    expect(filter.counts()).toEqual({ filtered: 0, filterRefused: 0 });
  });
});

describe('a callback that fails', () => {
  it('exports the span without its changes, and is reported once', () => {
    const span = makeSpan();
    const filter = new SpanFilter(view => {
      view.name = 'half';
      throw new Error('broken');
    });
    expect([filter.apply(span), filter.apply(span)]).toEqual([span, span]);
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'onSpanEnd' }]);
    expect(captured[0]?.message).toContain('broken');
  });

  it('by an async function is reported, because its changes and its result come too late', async () => {
    const filter = new SpanFilter((async () => false) as never);
    expect(filter.apply(makeSpan())?.name).toBe('processOrder');
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'onSpanEnd' }]);
    const rejecting = new SpanFilter((async () => Promise.reject(new Error('later'))) as never);
    expect(rejecting.apply(makeSpan())?.name).toBe('processOrder');
    // The rejection has a handler, else the test runner reports it as unhandled.
    await Promise.resolve();
  });
});

describe('a callback that does traced work', () => {
  isolateTracing();

  it('runs without spans, for which it would be called again', async () => {
    const calls: string[] = [];
    let later: Promise<void> | undefined;
    const { recorded } = startTracing({
      onSpanEnd: span => {
        calls.push(span.name);
        trace.span('inside', () => {});
        later = Promise.resolve().then(() => trace.span('later', () => {}));
      },
    });
    trace.span('work', () => {});
    await later;
    trace.span('next', () => {});
    expect(calls).toEqual(['work', 'next']);
    expect(recorded.spans.map(({ name }) => name)).toEqual(['work', 'next']);
  });
});
