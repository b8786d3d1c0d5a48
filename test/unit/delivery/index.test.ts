import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { type Delivery, DeliveryHub, type DestinationOptions } from '../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { balance } from '../../support/delivery-fixture.js';
import { type Behavior, FakeBackend } from '../../support/fake-backend.js';
import { makeSpan, resource } from '../../support/spans.js';
import { settlePromises, VirtualTime } from '../../support/virtual-time.js';

interface HubFixture {
  readonly time: VirtualTime;
  readonly captured: readonly CapturedDiagnostic[];
  add(name: string, options?: Partial<DestinationOptions>): { backend: FakeBackend; delivery: Delivery };
  /** Shares the bytes of all destinations that were added, as `init()` does. */
  share(): void;
}

function startHub(options: DeliveryOptions = {}): HubFixture {
  const time = new VirtualTime();
  const { diagnostics, captured } = collectDiagnostics();
  const hub = new DeliveryHub({
    options,
    resource,
    diagnostics,
    clock: time,
    timers: time,
    random: () => 0.5,
    env: {},
  });
  const deliveries: Delivery[] = [];
  return {
    time,
    captured,
    add(name, destination = {}) {
      const backend = new FakeBackend(time);
      const endpoint = new URL(`http://${name}.test/v1/traces`);
      const delivery = hub.add({ name, endpoint, transport: backend, ...destination });
      deliveries.push(delivery);
      return { backend, delivery };
    },
    share: () => hub.shareBatches(deliveries.map(({ processor }) => processor)),
  };
}

/** Ends a span at every delivery of the hub, as the span pipeline does. */
function endAtAll(deliveries: readonly Delivery[], span: ReadableSpan): void {
  for (const { processor } of deliveries) processor.onEnd(span);
}

interface Pair {
  readonly fixture: HubFixture;
  readonly troubled: FakeBackend;
  readonly healthy: FakeBackend;
  readonly deliveries: readonly [Delivery, Delivery];
}

/** Two destinations that share the same bytes. The one in trouble is added first, so that it is served first. */
function startPair(options: DeliveryOptions, behavior: Behavior): Pair {
  const fixture = startHub(options);
  const troubled = fixture.add('troubled');
  const healthy = fixture.add('healthy');
  fixture.share();
  troubled.backend.behavior = () => behavior;
  healthy.backend.latencyMs = 20;
  return {
    fixture,
    troubled: troubled.backend,
    healthy: healthy.backend,
    deliveries: [troubled.delivery, healthy.delivery],
  };
}

/** The delay of each span of two minutes until it arrived at the healthy backend, in milliseconds after its end. */
async function measureDelays(
  options: DeliveryOptions,
  behavior: Behavior,
): Promise<{ delaysMs: number[]; pair: Pair }> {
  const pair = startPair(options, behavior);
  const { fixture, healthy, deliveries } = pair;
  const { time } = fixture;
  const endedAtMs = new Map<string, number>();
  const delaysMs: number[] = [];
  let count = 0;
  for (let tick = 0; tick < 1_200; tick++) {
    // Uneven, with a burst now and then that fills a batch.
    for (let i = tick % 7 === 0 ? 20 : 1; i > 0; i--) {
      const name = `s${count++}`;
      endedAtMs.set(name, time.monotonicMs());
      endAtAll(deliveries, makeSpan({ name }));
    }
    await time.advance(100, () => {
      for (const [name, atMs] of endedAtMs) {
        if (!healthy.received.has(name)) continue;
        delaysMs.push(time.monotonicMs() - atMs);
        endedAtMs.delete(name);
      }
    });
  }
  return { delaysMs, pair };
}

describe('a destination in trouble that', () => {
  it.each<[string, Behavior]>([
    ['refuses connections', 'refuse'],
    ['never responds', 'hang_before'],
    ['sends an endless body', 'slow_body'],
    ['closes connections', 'reset_after'],
    ['is busy', { status: 503 }],
    ['asks for a pause of an hour', { status: 429, retryAfter: '3600' }],
    ['requires a key', { status: 401 }],
    ['finds every request too large', { status: 413 }],
    ['has a transport that throws', 'throw'],
  ])('%s does not delay the spans of another one by a millisecond', async (_, behavior) => {
    // Memory for a few batches only, so that the destination in trouble also drops spans.
    const options = { maxChunkBytes: 2_048, maxQueueBytes: 20_000 };
    const alone = await measureDelays(options, 'ok');
    const beside = await measureDelays(options, behavior);
    expect(alone.delaysMs.length).toBeGreaterThan(2_000);
    expect(beside.delaysMs).toEqual(alone.delaysMs);
    for (const { stats } of beside.pair.deliveries) {
      const [ended, accounted] = balance(stats());
      expect(accounted).toBe(ended);
    }
    expect(beside.pair.deliveries[1].stats()).toMatchObject({ dropped: {}, retries: 0 });
  });

  it('uses the whole limit of a flush does not delay the flush of another one', async () => {
    const { fixture, healthy, deliveries } = startPair({}, 'hang_before');
    const { time, captured } = fixture;
    const [troubled, other] = deliveries;
    endAtAll(deliveries, makeSpan({ name: 'only' }));
    const finished: string[] = [];
    void troubled.flush(3_000).then(() => finished.push('troubled'));
    void other.flush(3_000).then(() => finished.push('healthy'));
    await settlePromises();
    await time.advance(100);
    expect([...healthy.received.keys()]).toEqual(['only']);
    expect(finished).toEqual(['healthy']);
    await time.advance(2_900);
    expect(finished).toEqual(['healthy', 'troubled']);
    expect(captured).toEqual([
      expect.objectContaining({ level: 'warn', code: 'flush_incomplete', source: 'troubled' }),
    ]);
  });
});

describe('destinations that share bytes', () => {
  it('each receive and count every span once', async () => {
    const { time, add, share } = startHub();
    const all = ['a', 'b', 'c'].map(name => add(name));
    share();
    const deliveries = all.map(({ delivery }) => delivery);
    for (let i = 0; i < 5; i++) endAtAll(deliveries, makeSpan({ name: `s${i}` }));
    await time.advance(1_000);
    for (const { backend, delivery } of all) {
      expect([...backend.received.values()]).toEqual([1, 1, 1, 1, 1]);
      expect(delivery.stats()).toMatchObject({ ended: 5, sent: 5, queued: 0 });
      expect(delivery.isIdle()).toBe(true);
    }
  });

  it('each buffer and count every span once', async () => {
    const { time, add, share } = startHub();
    const all = ['a', 'b'].map(name => add(name));
    share();
    for (const { delivery } of all) {
      const buffered = delivery.buffer.buffer(makeSpan({ name: 'kept' }));
      if (buffered !== undefined) delivery.buffer.release(buffered, undefined);
      const other = delivery.buffer.buffer(makeSpan({ name: 'not kept' }));
      if (other !== undefined) delivery.buffer.discard(other);
      delivery.buffer.skip(makeSpan());
    }
    await time.advance(1_000);
    for (const { backend, delivery } of all) {
      expect([...backend.received]).toEqual([['kept', 1]]);
      expect(delivery.stats()).toMatchObject({ ended: 3, unsampled: 2, sent: 1 });
    }
  });

  it('are flushed, shut down and rescued one by one', async () => {
    const { time, add, share } = startHub();
    const [a, b] = [add('a'), add('b')];
    share();
    const deliveries = [a.delivery, b.delivery];
    endAtAll(deliveries, makeSpan({ name: 'first' }));
    expect(b.delivery.isIdle()).toBe(false);
    await b.delivery.flush(1_000);
    expect(b.backend.received.size).toBe(1);
    await time.advance(10);
    await a.delivery.shutdown(1_000);
    expect(a.backend.isClosed).toBe(true);
    expect(b.backend.isClosed).toBe(false);
    endAtAll(deliveries, makeSpan({ name: 'second' }));
    await time.advance(1_000);
    expect([...b.backend.received.keys()]).toEqual(['first', 'second']);
    expect(a.delivery.stats()).toMatchObject({ ended: 2, sent: 1, dropped: { shutdown: 1 } });
    b.delivery.rescue();
    endAtAll(deliveries, makeSpan({ name: 'third' }));
    expect(a.delivery.stats()).toMatchObject({ ended: 3, dropped: { shutdown: 2 } });
    expect(b.delivery.stats()).toMatchObject({ ended: 3, sent: 2, dropped: { shutdown: 1 } });
  });
});

describe('destinations with different bytes', () => {
  it('receive the spans of their shape', async () => {
    const { time, add, share } = startHub();
    const shape = (span: ReadableSpan): ReadableSpan => ({ ...span, name: `shaped ${span.name}` });
    const [plain, first, second] = [add('plain'), add('first', { shape }), add('second', { shape })];
    share();
    endAtAll(
      [plain, first, second].map(({ delivery }) => delivery),
      makeSpan({ name: 's' }),
    );
    await time.advance(1_000);
    expect([...plain.backend.received]).toEqual([['s', 1]]);
    expect([...first.backend.received]).toEqual([['shaped s', 1]]);
    expect([...second.backend.received]).toEqual([['shaped s', 1]]);
  });

  it('have batches below their own size', async () => {
    const { time, add, share } = startHub({ maxChunkBytes: 10_000 });
    const [large, small, larger] = [
      add('large'),
      add('small', { maxChunkBytes: 2_000 }),
      add('larger', { maxChunkBytes: 1_000_000 }),
    ];
    share();
    const deliveries = [large, small, larger].map(({ delivery }) => delivery);
    for (let i = 0; i < 200; i++) endAtAll(deliveries, makeSpan({ name: `s${i}` }));
    await time.advance(1_000);
    const envelopeBytes = 200;
    expect(Math.max(...small.backend.requestBytes)).toBeLessThan(2_000 + envelopeBytes);
    expect(Math.max(...large.backend.requestBytes)).toBeGreaterThan(2_000 + envelopeBytes);
    // A larger limit than the option has no effect, so the bytes are shared.
    expect(larger.backend.requestBytes).toEqual(large.backend.requestBytes);
    for (const { backend } of [large, small, larger]) expect(backend.received.size).toBe(200);
  });

  it('are encoded separately as long as their batches are not shared', async () => {
    const { time, add } = startHub();
    const [one, two] = [add('one'), add('two')];
    one.delivery.processor.onEnd(makeSpan({ name: 'only one' }));
    two.delivery.processor.onEnd(makeSpan({ name: 'only two' }));
    await time.advance(1_000);
    expect([...one.backend.received.keys()]).toEqual(['only one']);
    expect([...two.backend.received.keys()]).toEqual(['only two']);
  });
});

describe('the delivery options of a destination', () => {
  it('replace those of the hub', async () => {
    const { time, add, share } = startHub({ intervalMs: 1_000, maxChunkBytes: 10_000, flushTimeoutMs: 700 });
    const common = add('common');
    const slow = add('slow', { delivery: { intervalMs: 5_000, flushTimeoutMs: undefined } });
    const impatient = add('impatient', { delivery: { requestTimeoutMs: 50, flushTimeoutMs: 90 } });
    const small = add('small', { delivery: { maxChunkBytes: 2_000, maxQueueBytes: 4_000 } });
    share();
    impatient.backend.behavior = () => 'hang_before';
    small.backend.behavior = () => 'refuse';
    const all = [common, slow, impatient, small];
    const deliveries = all.map(({ delivery }) => delivery);
    expect(deliveries.map(({ flushTimeoutMs }) => flushTimeoutMs)).toEqual([700, 700, 90, 700]);
    endAtAll(deliveries, makeSpan({ name: 'first' }));
    await time.advance(1_100);
    expect(all.map(({ backend }) => backend.received.size)).toEqual([1, 0, 0, 0]);
    await time.advance(4_000);
    expect(impatient.delivery.stats().retries).toBeGreaterThan(0);
    expect(slow.backend.received.size).toBe(1);
    for (let i = 0; i < 100; i++) endAtAll(deliveries, makeSpan({ name: `s${i}` }));
    expect(small.delivery.stats().dropped.queue_full).toBeGreaterThan(0);
    expect(common.delivery.stats().dropped).toEqual({});
  });
});

describe('a rescue of the hub', () => {
  it('counts the remaining spans of every destination', () => {
    const time = new VirtualTime();
    const { diagnostics } = collectDiagnostics();
    const hub = new DeliveryHub({ options: {}, resource, diagnostics, clock: time, timers: time, env: {} });
    const deliveries = ['a', 'b'].map(name =>
      hub.add({ name, endpoint: new URL(`http://${name}.test`), transport: new FakeBackend(time) }),
    );
    endAtAll(deliveries, makeSpan());
    hub.rescue();
    hub.rescue();
    expect(deliveries.map(({ stats }) => stats().dropped)).toEqual([{ shutdown: 1 }, { shutdown: 1 }]);
  });
});
