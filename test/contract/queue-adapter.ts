// What every adapter must do, whatever the client: one trace from sender to receiver, and nobody's message harmed.

import { propagation, type Span, SpanKind, trace as apiTrace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trace } from '../../src/span/trace.js';
import { foreignTracing, ownTracing, type TestTracing } from '../support/providers.js';

/** How a broker's client is stood in for, and seen from outside. */
export interface QueueAdapterKind {
  readonly name: string;
  readonly system: string;
  readonly destination: string;
  readonly operation: string;
  /** Sends one message with these headers of the application through a client that keeps what it is given. */
  send(headers: Readonly<Record<string, string>>, client: FakeClient): Promise<unknown>;
  /** Hands a message to the adapter's receiving side. */
  receive<T>(message: unknown, fn: () => T): T;
  /** A header of the application in a delivered message, read without our help. */
  foreign(message: unknown, name: string): unknown;
}

/** What a fake client does when it is called. */
export interface FakeClient {
  /** Called in place of the network; may throw. */
  readonly onSend: () => void;
  /** Marks the client's method as an OpenTelemetry instrumentation would. */
  readonly instrumented: boolean;
}

/** Marks a fake client's method, if an instrumentation is to be around it. */
export function marked<F extends object>(method: F, { instrumented }: FakeClient): F {
  return instrumented ? Object.assign(method, { __wrapped: true }) : method;
}

/** Freezes an object and what is in it, so that a write to the caller's own things throws. */
export function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const one of Object.values(value)) deepFrozen(one);
    Object.freeze(value);
  }
  return value;
}

const QUIET: FakeClient = { onSend() {}, instrumented: false };
const QUEUE_TIME = 'messaging.message.queue_time_ms';
const SENT_MS = Date.UTC(2026, 0, 31, 10);

/** Runs the suite for one adapter. */
export function describeQueueAdapter(kind: QueueAdapterKind): void {
  const start = (): Promise<unknown> => trace.span('request', () => kind.send({ mine: 'stays' }, QUIET));

  describe.each([
    ['our provider', ownTracing],
    ['a foreign provider', foreignTracing],
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

    it('makes one trace of sender and receiver', async () => {
      const message = await start();
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

    it('names system, destination and operation as the conventions do', async () => {
      await kind.receive(await start(), () => {});
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

    it('hands the baggage on', async () => {
      const message = await trace.withBaggage({ tenant: 'ä, ö' }, start);
      expect(trace.getBaggage()).toEqual({});
      expect(kind.receive(message, () => trace.getBaggage())).toEqual({ tenant: 'ä, ö' });
    });

    it('records the time in the queue', async () => {
      const message = await start();
      vi.setSystemTime(SENT_MS + 1234);
      kind.receive(message, () => {});
      expect(tracing.span(`process ${kind.destination}`).attributes[QUEUE_TIME]).toBe(1234);
    });

    it('leaves alone what the application put into the message, and the options that it keeps', async () => {
      expect(kind.foreign(await start(), 'mine')).toBe('stays');
    });

    it('is not drawn into a span that is active around the receiver', async () => {
      const message = await start();
      trace.span('polling', () => kind.receive(message, () => {}));
      expect(ids(tracing.span(`process ${kind.destination}`).spanContext()).traceId).toBe(
        tracing.span('request').spanContext().traceId,
      );
    });

    it("rethrows the client's own error, and the handler's", async () => {
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

      const message = await kind.send({}, QUIET);
      expect(() => kind.receive(message, fail)).toThrow(error);
      const rejecting = kind.receive(message, async () => fail());
      await expect(rejecting).rejects.toBe(error);
    });

    it('runs the handler, whatever has arrived', () => {
      for (const message of hostile()) {
        expect(kind.receive(message, () => 'done')).toBe('done');
      }
      expect(tracing.spans().every(span => span.parentSpanContext === undefined)).toBe(true);
      expect(tracing.spans()).toHaveLength(hostile().length);
    });

    it('makes no second span where an instrumentation makes one', async () => {
      const seen = await kind.send({ mine: 'stays' }, { onSend() {}, instrumented: true });
      const own = tracing.spans().filter(span => span.name.startsWith(kind.operation));
      // Only some clients have an instrumentation; what is marked must be recognised.
      if (INSTRUMENTED.has(kind.system)) expect(own).toEqual([]);
      expect(kind.foreign(seen, 'mine')).toBe('stays');

      const message = await start();
      tracing.reset();
      const carried = kind.receive(message, () => trace.getActiveSpan() as Span);
      const producer = tracing.span(`process ${kind.destination}`).parentSpanContext;
      tracing.reset();
      // As an instrumentation does it: a consumer span for this message is active when the handler runs.
      const parent = apiTrace.setSpanContext(trace.extract({}), producer ?? carried.spanContext());
      const theirs = trace.startSpan('theirs', { kind: 'consumer', parent });
      trace.withSpan(theirs, () => kind.receive(message, () => {}));
      theirs.end();
      expect(tracing.spans().map(span => span.name)).toEqual(['theirs']);
      expect(tracing.span('theirs').attributes[QUEUE_TIME]).toBe(0);
    });
  });

  describe(`a queue adapter: ${kind.name}`, () => {
    it('hands on a trace that is not recorded', async () => {
      const tracing = ownTracing({ sampler: new AlwaysOffSampler() });
      try {
        let sent: string | undefined;
        const message = await trace.span('request', span => {
          sent = span.spanContext().traceId;
          return kind.send({}, QUIET);
        });
        const context = kind.receive(message, () => trace.ids());
        expect(context).toMatchObject({ traceId: sent, sampled: false });
        expect(tracing.spans()).toEqual([]);
      } finally {
        await tracing.stop();
      }
    });

    it('stays out of the way where nobody traces', async () => {
      propagation.disable();
      const message = await kind.send({ mine: 'stays' }, QUIET);
      expect(kind.foreign(message, 'mine')).toBe('stays');
      expect(kind.receive(message, () => 'done')).toBe('done');
    });
  });
}

const INSTRUMENTED = new Set(['rabbitmq', 'kafka', 'aws_sqs', 'bullmq']);

function ids({ traceId, spanId }: { traceId: string; spanId: string }): { traceId: string; spanId: string } {
  return { traceId, spanId };
}

/** Messages that nobody should send. */
function hostile(): unknown[] {
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
