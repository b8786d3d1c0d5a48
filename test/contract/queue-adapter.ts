// The contract of queue adapters: one trace from sender to receiver, without changes to the data of the application.

import { propagation, type Span, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trace } from '../../src/span/trace.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../support/providers.js';

/** An adapter with a fake client of its broker. */
export interface QueueAdapterKind {
  readonly name: string;
  readonly system: string;
  readonly destination: string;
  readonly operation: string;
  /** Sends one message with these headers of the application. @returns the message as the fake client delivers it */
  send(headers: Readonly<Record<string, string>>, client: FakeClient): Promise<unknown>;
  /** Hands a message to the receiving side of the adapter. */
  receive<T>(message: unknown, fn: (span: Span) => T): T;
  /** Reads a header of the application in a delivered message, without this package. */
  readHeader(message: unknown, name: string): unknown;
}

/** The behaviour of a fake client. */
export interface FakeClient {
  /** Runs for each sent message; may throw. */
  readonly onSend: () => void;
  /** Whether the method of the client has the mark of an OpenTelemetry instrumentation. */
  readonly instrumented: boolean;
}

/** Marks the method of a fake client as instrumented, if it is to be. */
export function markInstrumented<F extends object>(method: F, { instrumented }: FakeClient): F {
  return instrumented ? Object.assign(method, { __wrapped: true }) : method;
}

/** Freezes an object and its properties, so that a write to the data of the caller throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const property of Object.values(value)) deepFreeze(property);
    Object.freeze(value);
  }
  return value;
}

const PLAIN_CLIENT: FakeClient = { onSend() {}, instrumented: false };
const QUEUE_TIME = 'messaging.message.queue_time_ms';
const SENT_MS = Date.UTC(2026, 0, 31, 10);

/** Runs the suite for one adapter. */
export function describeQueueAdapter(kind: QueueAdapterKind): void {
  const sendInRequest = (): Promise<unknown> =>
    trace.span('request', () => kind.send({ mine: 'stays' }, PLAIN_CLIENT));

  describe.each([
    ['the provider of this package', startOwnTracing],
    ['another provider', startForeignTracing],
  ])(`a queue adapter: ${kind.name}, with %s`, (_, tracingOf) => {
    let tracing: TestTracing;
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: SENT_MS });
      tracing = tracingOf();
    });
    afterEach(async () => {
      vi.useRealTimers();
      await tracing.stop();
    });

    it('creates one trace of sender and receiver', async () => {
      const message = await sendInRequest();
      await kind.receive(message, async () => trace.span('work', () => {}));
      const request = tracing.span('request');
      const producer = tracing.span(`${kind.operation} ${kind.destination}`);
      const consumer = tracing.span(`process ${kind.destination}`);
      expect(producer.kind).toBe(SpanKind.PRODUCER);
      expect(producer.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
      expect(consumer.kind).toBe(SpanKind.CONSUMER);
      expect(consumer.parentSpanContext).toMatchObject({
        ...ids(producer.spanContext()),
        isRemote: true,
      });
      expect(tracing.span('work').parentSpanContext?.spanId).toBe(consumer.spanContext().spanId);
      expect(tracing.spans()).toHaveLength(4);
    });

    it('sets system, destination and operation according to the conventions', async () => {
      await kind.receive(await sendInRequest(), () => {});
      const common = { 'messaging.system': kind.system, 'messaging.destination.name': kind.destination };
      expect(tracing.span(`${kind.operation} ${kind.destination}`).attributes).toMatchObject({
        ...common,
        'messaging.operation.name': kind.operation,
        'messaging.operation.type': 'send',
      });
      expect(tracing.span(`process ${kind.destination}`).attributes).toMatchObject({
        ...common,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
      });
    });

    it('passes the consumer span to the work', async () => {
      const message = await sendInRequest();
      const received = kind.receive(message, (span: Span) => [span, trace.getActiveSpan()]);
      expect(received[0]).toBe(received[1]);
      expect(received[0]?.spanContext()).toEqual(tracing.span(`process ${kind.destination}`).spanContext());
    });

    it('passes the baggage on', async () => {
      const message = await trace.withBaggage({ tenant: 'ä, ö' }, sendInRequest);
      expect(trace.getBaggage()).toEqual({});
      expect(kind.receive(message, () => trace.getBaggage())).toEqual({ tenant: 'ä, ö' });
    });

    it('records the time in the queue', async () => {
      const message = await sendInRequest();
      vi.setSystemTime(SENT_MS + 1234);
      kind.receive(message, () => {});
      expect(tracing.span(`process ${kind.destination}`).attributes[QUEUE_TIME]).toBe(1234);
    });

    it('does not change headers and options of the application', async () => {
      expect(kind.readHeader(await sendInRequest(), 'mine')).toBe('stays');
    });

    it('does not use a span that is active around the receiver as parent', async () => {
      const message = await sendInRequest();
      trace.span('polling', () => kind.receive(message, () => {}));
      expect(ids(tracing.span(`process ${kind.destination}`).spanContext()).traceId).toBe(
        tracing.span('request').spanContext().traceId,
      );
    });

    it('rethrows the error of the client, and that of the handler', async () => {
      const error = new Error('down');
      const fail = (): never => {
        throw error;
      };
      const sending = (async () => kind.send({}, { onSend: fail, instrumented: false }))();
      await expect(sending).rejects.toBe(error);
      expect(tracing.span(`${kind.operation} ${kind.destination}`).status).toEqual({
        code: 2,
        message: 'down',
      });

      const message = await kind.send({}, PLAIN_CLIENT);
      expect(() => kind.receive(message, fail)).toThrow(error);
      const rejecting = kind.receive(message, async () => fail());
      await expect(rejecting).rejects.toBe(error);
    });

    it('runs the handler for malformed messages', () => {
      for (const message of createHostileMessages()) {
        expect(kind.receive(message, () => 'done')).toBe('done');
      }
      expect(tracing.spans().every(span => span.parentSpanContext === undefined)).toBe(true);
      expect(tracing.spans()).toHaveLength(createHostileMessages().length);
    });

    it('creates no second span beside that of an instrumentation', async () => {
      const delivered = await kind.send({ mine: 'stays' }, { onSend() {}, instrumented: true });
      const own = tracing.spans().filter(span => span.name.startsWith(kind.operation));
      // OpenTelemetry has instrumentations of some clients only.
      if (INSTRUMENTED.has(kind.system)) expect(own).toEqual([]);
      expect(kind.readHeader(delivered, 'mine')).toBe('stays');

      const message = await sendInRequest();
      tracing.reset();
      const consumerSpan = kind.receive(message, () => trace.getActiveSpan() as Span);
      const producer = tracing.span(`process ${kind.destination}`).parentSpanContext;
      tracing.reset();
      // An instrumentation makes a consumer span of this message active while the handler runs.
      const parent = apiTrace.setSpanContext(trace.extract({}), producer ?? consumerSpan.spanContext());
      const instrumentationSpan = trace.startSpan('instrumentation', { kind: 'consumer', parent });
      trace.withSpan(instrumentationSpan, () => kind.receive(message, () => {}));
      instrumentationSpan.end();
      expect(tracing.spans().map(span => span.name)).toEqual(['instrumentation']);
      expect(tracing.span('instrumentation').attributes[QUEUE_TIME]).toBe(0);
    });
  });

  describe(`a queue adapter: ${kind.name}`, () => {
    it('passes on a trace that is not recorded', async () => {
      const tracing = startOwnTracing({ sampler: new AlwaysOffSampler() });
      try {
        let traceId: string | undefined;
        const message = await trace.span('request', span => {
          traceId = span.spanContext().traceId;
          return kind.send({}, PLAIN_CLIENT);
        });
        const receivedIds = kind.receive(message, () => trace.ids());
        expect(receivedIds).toMatchObject({ traceId, sampled: false });
        expect(tracing.spans()).toEqual([]);
      } finally {
        await tracing.stop();
      }
    });

    it('sends and receives unchanged messages without tracing', async () => {
      propagation.disable();
      const message = await kind.send({ mine: 'stays' }, PLAIN_CLIENT);
      expect(kind.readHeader(message, 'mine')).toBe('stays');
      expect(kind.receive(message, () => 'done')).toBe('done');
    });
  });
}

const INSTRUMENTED = new Set(['rabbitmq', 'kafka', 'aws_sqs', 'bullmq']);

function ids({ traceId, spanId }: { traceId: string; spanId: string }): { traceId: string; spanId: string } {
  return { traceId, spanId };
}

/** Creates malformed messages, and messages that throw. */
function createHostileMessages(): unknown[] {
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  const nested = {
    properties: throwing,
    headers: throwing,
    message: throwing,
    opts: throwing,
    info: throwing,
  };
  const wrong = {
    properties: { headers: 'text', userProperties: 7 },
    headers: null,
    opts: { telemetry: { metadata: '{"traceparent":' }, delay: 'soon' },
    message: { headers: [null], timestamp: 'never', offset: {} },
    MessageAttributes: { traceparent: { StringValue: '00-zz' } },
    Attributes: { SentTimestamp: 'x', AWSTraceHeader: 'Root=1' },
    fields: 3,
  };
  return [undefined, 42, 'text', [], {}, Object.freeze({}), ['1-0', null], throwing, nested, wrong];
}
