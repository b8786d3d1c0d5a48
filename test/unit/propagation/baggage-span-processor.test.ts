import { ROOT_CONTEXT } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { addBaggageEntries } from '../../../src/propagation/baggage.js';
import { createBaggageSpanProcessor } from '../../../src/propagation/baggage-span-processor.js';

describe('createBaggageSpanProcessor', () => {
  const tracer = new BasicTracerProvider({
    spanProcessors: [createBaggageSpanProcessor(['tenant', 'plan'])],
  }).getTracer('test');
  const startSpan = (context = ROOT_CONTEXT): ReadableSpan =>
    tracer.startSpan('work', {}, context) as unknown as ReadableSpan;

  it('copies the listed entries of the parent context to the span', () => {
    const context = addBaggageEntries({ tenant: 'acme', user: '1' }, ROOT_CONTEXT);
    expect(startSpan(context).attributes).toEqual({ tenant: 'acme' });
  });

  it('adds nothing without baggage', () => {
    expect(startSpan().attributes).toEqual({});
  });

  it('flushes and shuts down without work', async () => {
    const processor = createBaggageSpanProcessor([]);
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    await expect(processor.shutdown()).resolves.toBeUndefined();
  });
});
