import { TraceFlags } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { type DestinationExtras, membersOf, withExtras } from '../../../src/exporters/exporter-context.js';
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
  const context = createTestContext('test', { KEY: 'x' }, 100);
  expect(context).toMatchObject({ service: 'contract', env: { KEY: 'x' } });
  expect(membersOf(context).delivery).toEqual({ flushTimeoutMs: 100, requestTimeoutMs: 100 });
  const transport: NonNullable<DestinationExtras['transport']> = {
    send: async () => ({ kind: 'success', wireBytes: 1 }),
    hold() {},
    close() {},
  };
  const started = context.deliver(withExtras({ endpoint: 'http://localhost/v1/traces' }, { transport }));
  started.processor.onEnd(createTestSpan());
  await started.flush?.({ timeoutMs: 100 });
  expect(started.stats?.()).toMatchObject({ exporter: 'test', ended: 1, sent: 1 });
  await started.shutdown?.({ timeoutMs: 100 });
});
