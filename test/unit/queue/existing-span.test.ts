import { type Link, type Span, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  isBatchConsumerOf,
  isConsumerOf,
  isInstrumentedMethod,
  isProducerInCarrier,
} from '../../../src/queue/existing-span.js';

const createSpanContext = (digit: string): SpanContext => ({
  traceId: digit.repeat(32),
  spanId: digit.repeat(16),
  traceFlags: 1,
});
const SENDER = createSpanContext('1');
const OTHER = createSpanContext('2');

/** A span with the properties of the SDK. */
function createSpan(properties: {
  readonly kind: SpanKind;
  readonly attributes?: Record<string, unknown>;
  readonly links?: readonly Link[];
  readonly parentSpanContext?: SpanContext;
}): Span {
  return Object.assign(trace.wrapSpanContext(SENDER), properties);
}

describe('isInstrumentedMethod', () => {
  it('recognizes the mark of instrumentations', () => {
    expect(isInstrumentedMethod(Object.assign(() => {}, { __wrapped: true }))).toBe(true);
    expect([isInstrumentedMethod(() => {}), isInstrumentedMethod({ __wrapped: true })]).toEqual([
      false,
      false,
    ]);
  });
});

describe('isProducerInCarrier', () => {
  it('is true for a producer span whose context is in the carrier', () => {
    const producer = createSpan({ kind: SpanKind.PRODUCER });
    expect(isProducerInCarrier(producer, SENDER)).toBe(true);
    expect(isProducerInCarrier(producer, { ...SENDER, spanId: OTHER.spanId })).toBe(false);
    expect(isProducerInCarrier(producer, { ...SENDER, traceId: OTHER.traceId })).toBe(false);
    expect(isProducerInCarrier(producer, undefined)).toBe(false);
  });

  it('is false for spans of other kinds, spans that are not recorded, and no span', () => {
    expect(isProducerInCarrier(createSpan({ kind: SpanKind.CLIENT }), SENDER)).toBe(false);
    expect(isProducerInCarrier(trace.wrapSpanContext(SENDER), SENDER)).toBe(false);
    expect(isProducerInCarrier(undefined, SENDER)).toBe(false);
  });
});

describe('isConsumerOf', () => {
  const consumer = (properties: object): Span => createSpan({ kind: SpanKind.CONSUMER, ...properties });

  it('is true for a child of the sender, and for a span whose only link is the sender', () => {
    expect(isConsumerOf(consumer({ parentSpanContext: SENDER }), SENDER)).toBe(true);
    expect(isConsumerOf(consumer({ links: [{ context: SENDER }] }), SENDER)).toBe(true);
  });

  it('is false for another sender, several links, and spans of other kinds', () => {
    expect(isConsumerOf(consumer({ parentSpanContext: OTHER }), SENDER)).toBe(false);
    expect(isConsumerOf(consumer({ links: [{ context: OTHER }] }), SENDER)).toBe(false);
    expect(isConsumerOf(consumer({ links: [{ context: SENDER }, { context: OTHER }] }), SENDER)).toBe(false);
    expect(isConsumerOf(consumer({ parentSpanContext: SENDER }), undefined)).toBe(false);
    expect(isConsumerOf(createSpan({ kind: SpanKind.SERVER, parentSpanContext: SENDER }), SENDER)).toBe(
      false,
    );
  });

  it('is false for a batch span, inside which the message may have a span', () => {
    const attributes = { 'messaging.batch.message_count': 1 };
    expect(isConsumerOf(consumer({ attributes, links: [{ context: SENDER }] }), SENDER)).toBe(false);
  });
});

describe('isBatchConsumerOf', () => {
  const orders = { system: 'nats', destination: 'orders' };
  const attributes = {
    'messaging.system': 'nats',
    'messaging.destination.name': 'orders',
    'messaging.batch.message_count': 2,
  };

  it('is true for the batch span of the same destination', () => {
    expect(isBatchConsumerOf(createSpan({ kind: SpanKind.CONSUMER, attributes }), orders)).toBe(true);
  });

  it.each([
    ['another system', { ...attributes, 'messaging.system': 'kafka' }],
    ['another destination', { ...attributes, 'messaging.destination.name': 'bills' }],
    ['a single message', { ...attributes, 'messaging.batch.message_count': undefined }],
  ])('is false for %s', (_name, different) => {
    expect(isBatchConsumerOf(createSpan({ kind: SpanKind.CONSUMER, attributes: different }), orders)).toBe(
      false,
    );
  });

  it('is false for spans of other kinds', () => {
    expect(isBatchConsumerOf(createSpan({ kind: SpanKind.CLIENT, attributes }), orders)).toBe(false);
  });
});
