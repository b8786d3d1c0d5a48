import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { toFlatSpan } from '../../../src/exporters/flat-span.js';
import { makeSpan } from '../../support/spans.js';

const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

it('converts every field', () => {
  const span = makeSpan({
    context,
    name: 'charge',
    kind: SpanKind.CLIENT,
    parentSpanContext: { ...context, spanId: 'c'.repeat(16) },
    startTime: [1, 5],
    endTime: [2, 999_999_999],
    status: { code: SpanStatusCode.ERROR, message: 'declined' },
    attributes: { list: ['a', 'b'] },
    events: [{ name: 'retry', time: [1, 500], attributes: { attempt: 2 } }],
    links: [{ context: { ...context, traceId: 'd'.repeat(32) }, attributes: { cause: 'message' } }],
  });
  expect(toFlatSpan(span, 'orders')).toEqual({
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: 'c'.repeat(16),
    name: 'charge',
    service: 'orders',
    kind: 'client',
    startNs: 1_000_000_005n,
    endNs: 2_999_999_999n,
    status: { code: 'error', message: 'declined' },
    attributes: { list: ['a', 'b'] },
    events: [{ name: 'retry', timeNs: 1_000_000_500n, attributes: { attempt: 2 } }],
    links: [{ traceId: 'd'.repeat(32), spanId: 'b'.repeat(16), attributes: { cause: 'message' } }],
  });
});

it('leaves out what a root span without a status does not have', () => {
  const flat = toFlatSpan(makeSpan({ context }), 'orders');
  expect(flat).not.toHaveProperty('parentSpanId');
  expect(flat.status).toEqual({ code: 'unset' });
});

it('copies the attributes', () => {
  const attributes = { key: 'before' };
  const flat = toFlatSpan(makeSpan({ attributes }), 'orders');
  attributes.key = 'after';
  expect(flat.attributes).toEqual({ key: 'before' });
});
