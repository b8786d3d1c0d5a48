import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import type { SpanBatcher } from '../../../../src/delivery/batch/span-batcher.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';
import { startDelivery } from '../../../support/delivery-fixture.js';
import { encodeSpans, startBatcher } from '../../../support/encode-spans.js';
import { spanNames } from '../../../support/span-names.js';
import { decodeRequest, makeSpan, resource } from '../../../support/spans.js';

const HUGE = 'x'.repeat(61 * 1024 * 1024);

/** A span with attributes whose getter throws. */
function unreadableSpan(): ReadableSpan {
  const attributes = Object.defineProperty({}, 'boom', {
    enumerable: true,
    get() {
      throw new Error('boom');
    },
  });
  return makeSpan({ attributes });
}

function addNamed(batcher: SpanBatcher, count: number, scopes = 1): void {
  for (let i = 0; i < count; i++) {
    batcher.add(makeSpan({ name: `s${i}`, instrumentationScope: SCOPES[i % scopes]! }));
  }
}

const SCOPES = Array.from({ length: 200 }, (_, i) => ({ name: `scope ${i}` }));

describe('a batch', () => {
  it('is closed when it is as old as the interval', async () => {
    const { batcher, batches, time } = startBatcher({ intervalMs: 1_000 });
    addNamed(batcher, 3);
    await time.advance(999);
    expect(batches).toEqual([]);
    await time.advance(1);
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([3]);
    expect(batcher.isEmpty).toBe(true);
  });

  it('is closed when it is full, and its spans stay below the size', async () => {
    const { batcher, batches, time } = startBatcher({ maxBatchBytes: 10_000 });
    addNamed(batcher, 1_000);
    await time.advance(1_000);
    expect(batches.length).toBeGreaterThan(5);
    const envelopeBytes = 200;
    for (const { bytes } of batches) expect(bytes.length).toBeLessThan(10_000 + envelopeBytes);
    const names = batches.flatMap(({ bytes }) => spanNames(bytes));
    expect(names).toEqual(Array.from({ length: 1_000 }, (_, i) => `s${i}`));
  });

  it('is closed at once by a span that fills it alone', () => {
    const { batcher, batches } = startBatcher({ maxBatchBytes: 1_000 });
    batcher.add(makeSpan({ name: 'x'.repeat(2_000) }));
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([1]);
  });

  it('holds at most 60 MiB, so that there is room for each span, whatever the size in the options', () => {
    const { batcher, batches } = startBatcher({ maxBatchBytes: 1_000 * 1024 * 1024 });
    const body = 'x'.repeat(45 * 1024 * 1024);
    const results = [1, 2, 3].map(() => batcher.add(makeSpan({ attributes: { body } })));
    batcher.close();
    expect(results).toEqual(['added', 'added', 'added']);
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([1, 1, 1]);
  });

  it('starts its interval with its first span', async () => {
    const { batcher, batches, time } = startBatcher({ intervalMs: 1_000 });
    addNamed(batcher, 1);
    await time.advance(600);
    batcher.close();
    addNamed(batcher, 1);
    await time.advance(999);
    expect(batches).toHaveLength(1);
    await time.advance(1);
    expect(batches).toHaveLength(2);
  });

  it('never changes after it was closed', () => {
    const { batcher, batches } = startBatcher();
    addNamed(batcher, 3);
    batcher.close();
    const [first] = batches;
    const before = Buffer.from(first!.bytes);
    addNamed(batcher, 50);
    batcher.close();
    expect(Buffer.compare(first!.bytes, before)).toBe(0);
  });

  it('does not exist without a span', () => {
    const { batcher, batches } = startBatcher();
    batcher.close();
    expect(batches).toEqual([]);
  });

  it('holds the spans of any number of scopes', () => {
    const { batcher, batches } = startBatcher();
    addNamed(batcher, 400, 200);
    batcher.close();
    const names = batches.flatMap(({ bytes }) => spanNames(bytes));
    expect(names.toSorted()).toEqual(Array.from({ length: 400 }, (_, i) => `s${i}`).toSorted());
    // More than 64 scopes at once are taken for scopes that are created anew, so their buffers are discarded.
    expect(batches.length).toBeGreaterThan(1);
  });
});

describe('a span', () => {
  it('that does not fit into a batch of many scopes is the first of the next batch', () => {
    const { batcher, batches } = startBatcher({ maxBatchBytes: 100_000 });
    addNamed(batcher, 65, 65);
    batcher.add(makeSpan({ name: 'x'.repeat(99_000), instrumentationScope: SCOPES[64]! }));
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([65]);
    batcher.add(makeSpan({ name: 'last', instrumentationScope: SCOPES[64]! }));
    batcher.close();
    expect(batches.slice(1).flatMap(({ bytes }) => spanNames(bytes))).toEqual(['x'.repeat(99_000), 'last']);
  });

  it('of more than 60 MiB is rejected, and the others are kept', () => {
    const { batcher, batches } = startBatcher();
    addNamed(batcher, 1);
    expect(batcher.add(makeSpan({ attributes: { body: HUGE } }))).toBe('too_large');
    expect(batcher.encode(makeSpan({ attributes: { body: HUGE } }))).toBe('too_large');
    addNamed(batcher, 1);
    batcher.close();
    expect(batches.flatMap(({ bytes }) => spanNames(bytes))).toEqual(['s0', 's0']);
  });

  it('whose getter throws is rejected and reported, and the others are kept', () => {
    const { batcher, batches } = startBatcher();
    const captured = captureDiagnostics(() => {
      addNamed(batcher, 1);
      expect(batcher.add(unreadableSpan())).toBe('unreadable');
      expect(batcher.encode(unreadableSpan())).toBe('unreadable');
      addNamed(batcher, 1);
      batcher.close();
    });
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([2]);
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'encoding a span' }),
    ]);
  });

  it('whose resource or scope cannot be read is rejected, and the others are kept', () => {
    const { batcher, batches } = startBatcher();
    const results: unknown[] = [];
    captureDiagnostics(() => {
      for (const name of ['resource', 'instrumentationScope']) {
        const get = (): never => {
          throw new Error('boom');
        };
        results.push(batcher.add(Object.defineProperty({ ...makeSpan() }, name, { get })));
      }
      addNamed(batcher, 1);
      batcher.close();
    });
    expect(results).toEqual(['unreadable', 'unreadable']);
    expect(batches.map(({ spanCount }) => spanCount)).toEqual([1]);
  });

  it('without a resource gets the resource of the batcher', () => {
    const { resource: _, ...withoutResource } = makeSpan();
    expect(decodeRequest(encodeSpans([withoutResource as ReadableSpan]))).toEqual(
      decodeRequest(encodeSpans([makeSpan()])),
    );
  });
});

describe('the resource', () => {
  it('is adapted once for many spans', () => {
    let calls = 0;
    const { batcher, batches } = startBatcher({
      resourceShape: attributes => {
        calls++;
        return { ...attributes, 'host.name': 'box' };
      },
    });
    for (let i = 0; i < 3; i++) {
      addNamed(batcher, 2);
      batcher.close();
    }
    expect(calls).toBe(1);
    expect(JSON.stringify(decodeRequest(batches[2]!.bytes))).toContain('"stringValue":"box"');
  });

  it('whose getter throws is left out and reported, and the spans are kept', () => {
    const { batcher, batches } = startBatcher();
    const broken = {
      get attributes(): never {
        throw new Error('boom');
      },
    } as unknown as Resource;
    const captured = captureDiagnostics(() => {
      batcher.add(makeSpan({ name: 'kept', resource: broken }));
      batcher.close();
    });
    expect(spanNames(batches[0]!.bytes)).toEqual(['kept']);
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', source: 'encoding the resource' }),
    ]);
  });

  describe('with attributes that are still being detected', () => {
    /** A resource whose attributes are complete when `isPending` is set to false. */
    class PendingResource {
      isPending = true;
      readonly attributes: Record<string, string> = { 'service.name': 'orders' };

      get asyncAttributesPending(): boolean {
        return this.isPending;
      }

      finish(): void {
        this.isPending = false;
        this.attributes['host.id'] = 'detected';
      }
    }

    const start = () => {
      const pending = new PendingResource();
      const span = makeSpan({ resource: pending as unknown as Resource });
      return { ...startBatcher({ intervalMs: 1_000 }), pending, span };
    };

    it('delays the batch until they are detected', async () => {
      const { batcher, batches, time, pending, span } = start();
      batcher.add(span);
      await time.advance(2_500);
      expect(batches).toEqual([]);
      pending.finish();
      await time.advance(500);
      expect(JSON.stringify(decodeRequest(batches[0]!.bytes))).toContain('detected');
    });

    it('delays the batch by five intervals at most', async () => {
      const { batcher, batches, time, span } = start();
      batcher.add(span);
      await time.advance(5_999);
      expect(batches).toEqual([]);
      await time.advance(1);
      expect(batches).toHaveLength(1);
      // The next batch has its own five intervals.
      batcher.add(span);
      await time.advance(5_999);
      expect(batches).toHaveLength(1);
      await time.advance(1);
      expect(batches).toHaveLength(2);
    });

    it('is encoded again once they are detected', () => {
      const { batcher, batches, pending, span } = start();
      batcher.add(span);
      batcher.close();
      pending.finish();
      batcher.add(span);
      batcher.close();
      const [first, second] = batches.map(({ bytes }) => JSON.stringify(decodeRequest(bytes)));
      expect(first).not.toContain('detected');
      expect(second).toContain('detected');
    });

    it('delays a flush by a third of its limit at most', async () => {
      const pending = {
        ...resource,
        asyncAttributesPending: true,
        waitForAsyncAttributes: () => new Promise(() => {}),
      };
      const { delivery, time, endSpans } = startDelivery({}, { resource: pending as unknown as Resource });
      endSpans(1);
      const flushed = delivery.flush(900);
      await time.advance(299);
      expect(delivery.stats()).toMatchObject({ sent: 0, queued: 1 });
      await time.advance(1);
      await flushed;
      expect(delivery.stats()).toMatchObject({ sent: 1, queued: 0 });
    });
  });
});
