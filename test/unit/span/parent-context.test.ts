import { type Context, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { suppressTracing } from '../../../src/core/suppression.js';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { resolveParentContext } from '../../../src/span/parent-context.js';
import { trace } from '../../../src/span/trace.js';
import type { SpanOptions } from '../../../src/span/types.js';
import { captureDiagnostics, type CapturedDiagnostic } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

class Message {
  readonly body = 'x';
}

const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const traceparent = `00-${parent.traceId}-${parent.spanId}-01`;
const activeId = 'c'.repeat(16);
const active = apiTrace.setSpanContext(ROOT_CONTEXT, { ...parent, spanId: activeId });

function resolve(options: SpanOptions | undefined, from: Context = active): Context {
  return resolveParentContext(getActiveTracer()!, from, options);
}

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('resolveParentContext on %s', (_, start) => {
  const spanIdOf = (options: SpanOptions | undefined): string | undefined =>
    apiTrace.getSpanContext(resolve(options))?.spanId;

  /** The code, level and span id of the parent for options that are not usable. */
  function resolveOdd(options: unknown): { spanId: string | undefined; captured: CapturedDiagnostic[] } {
    let spanId: string | undefined;
    const captured = captureDiagnostics(() => {
      spanId = spanIdOf(options as SpanOptions);
    });
    return { spanId, captured };
  }

  it('returns the active context without root and parent', () => {
    tracing = start();
    expect(resolve(undefined)).toBe(active);
    expect(resolve({ kind: 'client' })).toBe(active);
    expect(resolve({ parent: undefined, root: false })).toBe(active);
    expect(resolve({ parent: null as never, root: null as never })).toBe(active);
  });

  it('has the span of a span context, a context, a span or a carrier', () => {
    tracing = start();
    expect(spanIdOf({ parent })).toBe(parent.spanId);
    expect(resolve({ parent: ROOT_CONTEXT })).toBe(ROOT_CONTEXT);
    expect(spanIdOf({ parent: { traceparent } })).toBe(parent.spanId);
    expect(spanIdOf({ parent: new Headers({ traceparent }) })).toBe(parent.spanId);
    const span = trace.startSpan('parent');
    expect(spanIdOf({ parent: span })).toBe(span.spanContext().spanId);
    expect(apiTrace.getSpan(resolve({ parent: span }))).toBe(span);
  });

  it.each([[true], ['linked']] as const)('has no span with root: %s', root => {
    tracing = start();
    expect(resolveOdd({ root })).toEqual({ spanId: undefined, captured: [] });
  });

  it('has no span with root and parent, and reports the conflict', () => {
    tracing = start();
    const { spanId, captured } = resolveOdd({ root: true, parent });
    expect(spanId).toBeUndefined();
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['warn', 'span_options_conflict']]);
  });

  it.each<[string, unknown]>([
    ['a number', 5],
    ['text', traceparent],
    ['a date', new Date()],
    ['a function', () => {}],
    ['a promise', Promise.resolve({ traceparent })],
    ['an object that holds no headers', { foo: 1 }],
    ['a message instead of its headers', { headers: { traceparent } }],
    ['an instance of a class', new Message()],
    ['a span context with malformed ids', { traceId: 'x', spanId: 'y', traceFlags: 0 }],
  ])('keeps the active span for %s, and reports it', (__, odd) => {
    tracing = start();
    const { spanId, captured } = resolveOdd({ parent: odd });
    expect(spanId).toBe(activeId);
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'span_option_ignored', 'parent'],
    ]);
  });

  it.each<[string, unknown]>([
    ['an empty carrier', {}],
    ['headers of a caller that is not traced', { host: 'a.example', 'content-length': 5 }],
    ['an empty list', []],
    ['an empty map', new Map()],
    ['a span without ids', NOOP_SPAN],
    ['the context of a span without ids', INVALID_SPAN_CONTEXT],
  ])('starts a new trace for %s, and reports it at debug level', (__, odd) => {
    tracing = start();
    const { spanId, captured } = resolveOdd({ parent: odd });
    expect(spanId).toBeUndefined();
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['debug', 'parent_without_context']]);
  });

  it.each([['yes'], [1], [{}]])('ignores root: %j, and reports it', root => {
    tracing = start();
    const { spanId, captured } = resolveOdd({ root });
    expect(spanId).toBe(activeId);
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['span_option_ignored', 'root']]);
  });

  it('remains suppressed with the parent of another context', () => {
    tracing = start();
    const context = apiTrace.setSpanContext(ROOT_CONTEXT, parent);
    const suppressed = resolve({ parent: context }, suppressTracing(active));
    expect(apiTrace.getSpanContext(suppressed)?.spanId).toBe(parent.spanId);
    trace.suppress(() => trace.span('silent', { parent: context }, () => {}));
    expect(tracing.spans()).toEqual([]);
  });
});

it('an ended parent span is still the parent, and its context is not kept alive by its children', () => {
  tracing = startOwnTracing();
  const span = trace.startSpan('parent');
  span.end();
  trace.span('child', { parent: span }, () => {});
  expect(tracing.span('child').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
});
