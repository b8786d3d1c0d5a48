// Spans, tracers and providers that other code wraps or derives, as it does with those of OpenTelemetry.

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { processorWith } from '../../support/start-tracing.js';

const proxy = <T extends object>(object: T): T => new Proxy(object, {});
const derived = <T extends object>(object: T): T => Object.create(object) as T;

describe.each([
  ['OpenTelemetry', BasicTracerProvider],
  ['this package', TracerProvider],
])('on the provider of %s', (_, Provider) => {
  it.each([
    ['a proxy', proxy],
    ['a derived object', derived],
  ])('%s of a span, a tracer and a provider works', (_name, wrap) => {
    const ended: { name: string; attributes: object; events: readonly unknown[] }[] = [];
    const processor = processorWith({ onEnd: span => void ended.push(span) });
    const provider = wrap(new Provider({ spanProcessors: [processor] }));
    const tracer = wrap(provider.getTracer('test'));
    const span = wrap(tracer.startSpan('parent', {}, ROOT_CONTEXT));
    span.setAttribute('a', 1).addEvent('e').updateName('renamed');
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, span));
    expect(child.spanContext().traceId).toBe(span.spanContext().traceId);
    expect((child as unknown as { parentSpanContext: { spanId: string } }).parentSpanContext.spanId).toBe(
      span.spanContext().spanId,
    );
    child.end();
    span.end();
    expect(ended.map(({ name }) => name)).toEqual(['child', 'renamed']);
    expect(ended[1]?.attributes).toEqual({ a: 1 });
    expect(ended[1]?.events).toHaveLength(1);
  });

  it('the processor receives the object that was ended', () => {
    const ended: unknown[] = [];
    const provider = new Provider({
      spanProcessors: [processorWith({ onEnd: span => void ended.push(span) })],
    });
    const span = proxy(provider.getTracer('test').startSpan('work', {}, ROOT_CONTEXT));
    span.end();
    expect(ended[0]).toBe(span);
  });

  it('JSON and inspect show the fields of a span', () => {
    const span = new Provider().getTracer('test').startSpan('work', {}, ROOT_CONTEXT);
    span.setAttribute('order.id', 'A-1');
    for (const text of [JSON.stringify(span), inspect(span)]) {
      expect(text).toContain('work');
      expect(text).toContain('A-1');
    }
  });
});

describe('what a span of this package shows', () => {
  const redact = (span: object): never =>
    ({ ...describeFields(span), attributes: { password: '***' } }) as never;
  const describeFields = (span: object): object => {
    const read = span as Record<string, unknown> & { spanContext(): unknown };
    const names = ['name', 'kind', 'startTime', 'endTime', 'duration', 'ended', 'status', 'events', 'links'];
    return {
      ...Object.fromEntries(names.map(name => [name, read[name]])),
      spanContext: () => read.spanContext(),
      resource: { attributes: {} },
      instrumentationScope: { name: 'test' },
    };
  };

  it('is redacted', () => {
    const provider = new TracerProvider({}, { redact });
    const span = provider.getTracer('test').startSpan('login', {}, ROOT_CONTEXT);
    span.setAttribute('password', 'hunter2');
    for (const text of [JSON.stringify(span), inspect(span), inspect({ span }, { depth: 9 })]) {
      expect(text).toContain('***');
      expect(text).not.toContain('hunter2');
      expect(text).not.toMatch(/_tracer|_state|shared/);
    }
  });

  it('is the ids for a span that records nothing', () => {
    const provider = new TracerProvider();
    provider.setEnabled(false);
    const span = provider.getTracer('test').startSpan('work', {}, context.active());
    expect(JSON.parse(JSON.stringify(span))).toEqual({ spanContext: span.spanContext() });
    expect(inspect(span)).toContain(span.spanContext().traceId);
  });
});
