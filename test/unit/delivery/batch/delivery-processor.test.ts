import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import type { SpanShape } from '../../../../src/delivery/batch/span-shape.js';
import { adjustedCount } from '../../../../src/spans/ot-tracestate.js';
import type { KeepMark } from '../../../../src/spans/span-buffer.js';
import { balance, startDelivery } from '../../../support/delivery-fixture.js';
import { FakeBackend } from '../../../support/fake-backend.js';
import { decodeRequest, makeSpan } from '../../../support/spans.js';
import { VirtualTime } from '../../../support/virtual-time.js';

const KEPT_FOR_ERROR: KeepMark = { reason: 'error', traceState: 'ot=th:0' };

function contextWith(traceState?: string, traceFlags = TraceFlags.SAMPLED): SpanContext {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  };
}

function unreadableSpan(): ReadableSpan {
  const attributes = Object.defineProperty({}, 'boom', {
    enumerable: true,
    get() {
      throw new Error('boom');
    },
  });
  return makeSpan({ attributes });
}

describe('an ended span', () => {
  it('of 70 MB is dropped as too large and reported once, and the others are delivered', async () => {
    const { delivery, time, captured, endSpans } = startDelivery();
    for (let i = 0; i < 3; i++) {
      delivery.processor.onEnd(makeSpan({ attributes: { body: 'x'.repeat(70 * 1024 * 1024) } }));
      endSpans(1);
    }
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ ended: 6, sent: 3, dropped: { too_large: 3 } });
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'warn',
        code: 'span_too_large',
        message:
          'otlp (http://collector.test:4318/v1/traces): a span of more than 60 MiB was dropped, because no backend accepts it',
        source: 'otlp',
      }),
    ]);
  });

  it('whose values throw is dropped as unreadable, and the others are delivered', async () => {
    const { delivery, time, endSpans } = startDelivery();
    endSpans(1);
    delivery.processor.onEnd(unreadableSpan());
    endSpans(1, 1);
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ ended: 3, sent: 2, dropped: { unreadable: 1 } });
    expect(balance(delivery.stats())).toEqual([3, 3]);
  });

  it('is adapted by the shape, and dropped if the shape throws', async () => {
    const shape = (span: ReadableSpan): ReadableSpan => {
      if (span.name === 's1') throw new Error('cannot be adapted');
      return { ...span, name: `adapted ${span.name}` };
    };
    const { delivery, backend, time, endSpans } = startDelivery({}, { shape });
    endSpans(2);
    await time.advance(1_000);
    expect([...backend.received.keys()]).toEqual(['adapted s0']);
    expect(delivery.stats()).toMatchObject({ dropped: { unreadable: 1 } });
  });

  it('that is not sampled is counted and not sent', async () => {
    const { delivery, backend, time } = startDelivery();
    delivery.processor.onEnd(makeSpan({ context: contextWith(undefined, TraceFlags.NONE) }));
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ ended: 1, unsampled: 1, queued: 0 });
    expect(backend.requests).toBe(0);
  });
});

describe('a buffered span', () => {
  it('is counted when it is released, and delivered', async () => {
    const { delivery, backend, time } = startDelivery();
    const buffered = delivery.buffer.buffer(makeSpan({ name: 'kept' }))!;
    expect(delivery.stats()).toMatchObject({ ended: 0, queued: 0 });
    delivery.buffer.release(buffered, undefined);
    expect(delivery.stats()).toMatchObject({ ended: 1, queued: 1 });
    await time.advance(1_000);
    expect([...backend.received.keys()]).toEqual(['kept']);
  });

  it('is counted as unsampled when it is discarded or skipped', () => {
    const { delivery } = startDelivery();
    delivery.buffer.discard(delivery.buffer.buffer(makeSpan())!);
    delivery.buffer.skip(makeSpan());
    expect(delivery.stats()).toMatchObject({ ended: 2, unsampled: 2, queued: 0 });
  });

  it('that cannot be encoded is counted at once', () => {
    const { delivery } = startDelivery();
    expect(delivery.buffer.buffer(unreadableSpan())).toBeUndefined();
    expect(delivery.stats()).toMatchObject({ ended: 1, unsampled: 0, queued: 0, dropped: { unreadable: 1 } });
  });

  it('is dropped if the delivery has stopped', () => {
    const { delivery } = startDelivery();
    const buffered = delivery.buffer.buffer(makeSpan())!;
    delivery.rescue();
    delivery.buffer.release(buffered, undefined);
    expect(delivery.buffer.buffer(makeSpan())).toBeUndefined();
    expect(delivery.stats()).toMatchObject({ ended: 2, dropped: { shutdown: 2 } });
  });

  describe('with a shape that writes the adjusted count', () => {
    const shape: SpanShape = span => ({
      ...span,
      spanContext: () => span.spanContext(),
      attributes: { count: adjustedCount(span.spanContext().traceState) ?? 0 },
    });

    async function deliverBuffered(traceState: string, mark: KeepMark | undefined): Promise<string> {
      const time = new VirtualTime();
      const backend = new FakeBackend(time);
      const bodies: Uint8Array[] = [];
      const send = backend.send.bind(backend);
      backend.send = request => {
        bodies.push(request.body);
        return send(request);
      };
      const { delivery } = startDelivery({}, { shape, time, backend });
      const buffered = delivery.buffer.buffer(makeSpan({ context: contextWith(traceState) }))!;
      delivery.buffer.release(buffered, mark);
      await time.advance(1_000);
      return JSON.stringify(decodeRequest(bodies[0]!));
    }

    it('has the count of its ratio if the ratio kept its trace', async () => {
      expect(await deliverBuffered('ot=th:8', undefined)).toContain('{"key":"count","value":{"intValue":"2"');
    });

    it('has the count 1 if its trace is kept for a reason', async () => {
      expect(await deliverBuffered('ot=th:8', KEPT_FOR_ERROR)).toContain(
        '{"key":"count","value":{"intValue":"1"',
      );
    });
  });
});

describe('forceFlush and shutdown of the processor', () => {
  it('deliver the ended spans', async () => {
    const { delivery, endSpans } = startDelivery();
    endSpans(2);
    await delivery.processor.forceFlush();
    expect(delivery.stats().sent).toBe(2);
    endSpans(1, 2);
    await delivery.processor.shutdown();
    endSpans(1, 3);
    expect(delivery.stats()).toMatchObject({ ended: 4, sent: 3, dropped: { shutdown: 1 } });
  });

  it('end within the shutdown limit', async () => {
    const { delivery, backend, time, endSpans } = startDelivery({ flushTimeoutMs: 500 });
    backend.behavior = () => 'hang_before';
    endSpans(1);
    const shutDown = delivery.processor.shutdown();
    await time.advance(500);
    await shutDown;
    expect(delivery.stats()).toMatchObject({ dropped: { shutdown: 1 } });
  });
});
