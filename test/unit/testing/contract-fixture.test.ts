import { TraceFlags } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import {
  createEdgeCaseSpans,
  createTestContext,
  createTestSpan,
} from '../../../src/testing/contract-fixture.js';

it('creates spans with unique names and ids', () => {
  const spans = [createTestSpan(), createTestSpan(), createTestSpan()];
  expect(new Set(spans.map(({ name }) => name)).size).toBe(3);
  expect(new Set(spans.map(span => span.spanContext().spanId)).size).toBe(3);
  for (const span of spans) {
    expect(span.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanContext().spanId).toMatch(/^[0-9a-f]{16}$/);
  }
});

it('creates sampled and unsampled spans, with other fields', () => {
  expect(createTestSpan().spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
  const span = createTestSpan({ sampled: false, name: 'other', attributes: { a: 1 } });
  expect(span.spanContext().traceFlags).toBe(TraceFlags.NONE);
  expect(span).toMatchObject({ name: 'other', attributes: { a: 1 }, ended: true });
});

it('creates spans at the limits of the data model', () => {
  const spans = createEdgeCaseSpans();
  expect(spans.some(({ name }) => name === '')).toBe(true);
  expect(spans.some(({ duration: [seconds] }) => seconds < 0)).toBe(true);
  expect(Math.max(...spans.map(({ attributes }) => Object.keys(attributes).length))).toBe(3_000);
  expect(Math.max(...spans.map(({ events }) => events.length))).toBe(128);
});

it('creates a context that delivers to a destination within its time limit', async () => {
  const context = createTestContext({ KEY: 'x' }, 100);
  expect(context).toMatchObject({
    env: { KEY: 'x' },
    delivery: { flushTimeoutMs: 100, requestTimeoutMs: 100 },
  });
  const delivery = context.deliver({
    name: 'test',
    endpoint: new URL('http://localhost/v1/traces'),
    transport: {
      send: async () => ({ kind: 'success', wireBytes: 1 }),
      hold() {},
      close() {},
    },
  });
  delivery.processor.onEnd(createTestSpan());
  await delivery.flush(100);
  expect(delivery.stats()).toMatchObject({ ended: 1, sent: 1 });
  await delivery.shutdown(100);
});
