import { describe, expect, it } from 'vitest';
import { type Delivery, DeliveryHub } from '../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import { makeSpan, resource } from '../../support/spans.js';
import {
  balance,
  FakeBackend,
  makeDiagnostics,
  type Mood,
  settle,
  VirtualTime,
} from '../../support/delivery-fixture.js';

interface Pair {
  readonly time: VirtualTime;
  readonly alive: FakeBackend;
  readonly other: FakeBackend;
  readonly deliveries: readonly Delivery[];
  readonly messages: string[];
}

/** Two destinations that share the same bytes; what is done to one must not be felt by the other. */
function makePair(options: DeliveryOptions, othersMood: Mood): Pair {
  const time = new VirtualTime();
  const [alive, other] = [new FakeBackend(time), new FakeBackend(time)];
  other.mood = () => othersMood;
  alive.latencyMs = 20;
  const messages: string[] = [];
  const hub = new DeliveryHub({
    options,
    resource,
    diagnostics: makeDiagnostics(messages, () => time.monotonicMs()),
    clock: time,
    timers: time,
    random: () => 0.5,
    env: {},
  });
  // The other comes first, so that whatever is done in turn is done to it before.
  const deliveries = [
    hub.add({ name: 'other', endpoint: new URL('http://other.test/v1/traces'), transport: other }),
    hub.add({ name: 'alive', endpoint: new URL('http://alive.test/v1/traces'), transport: alive }),
  ];
  return { time, alive, other, deliveries, messages };
}

/** When each span of two minutes arrived at the living backend, in milliseconds after it ended. */
async function delays(options: DeliveryOptions, mood: Mood): Promise<{ delays: number[]; pair: Pair }> {
  const pair = makePair(options, mood);
  const { time, alive, deliveries } = pair;
  const [first] = deliveries;
  const endedAt = new Map<string, number>();
  const found: number[] = [];
  let count = 0;
  for (let tick = 0; tick < 1_200; tick++) {
    // Uneven, and now and then a burst that fills a chunk.
    for (let i = tick % 7 === 0 ? 20 : 1; i > 0; i--) {
      const name = `s${count++}`;
      endedAt.set(name, time.monotonicMs());
      first?.processor.onEnd(makeSpan({ name }));
    }
    await time.advance(100, () => {
      for (const [name, at] of endedAt) {
        if (!alive.received.has(name)) continue;
        found.push(time.monotonicMs() - at);
        endedAt.delete(name);
      }
    });
  }
  return { delays: found, pair };
}

const MOODS: readonly [string, Mood][] = [
  ['refuses', 'refuse'],
  ['never answers', 'hang_before'],
  ['drips', 'drip'],
  ['breaks off', 'reset_after'],
  ['is busy', { status: 503 }],
  ['asks for an hour', { status: 429, retryAfter: '3600' }],
  ['wants a key', { status: 401 }],
  ['finds everything too large', { status: 413 }],
  ['throws', 'throws'],
];

describe('of two destinations that share bytes', () => {
  it.each(MOODS)(
    'one that %s does not change by a millisecond when the other gets its spans',
    async (_, mood) => {
      // Memory for a few chunks only, so that the one in trouble must also drop.
      const options = { maxChunkBytes: 2_048, maxQueueBytes: 20_000 };
      const healthy = await delays(options, 'ok');
      const beside = await delays(options, mood);
      expect(healthy.delays.length).toBeGreaterThan(2_000);
      expect(beside.delays).toEqual(healthy.delays);
      for (const { stats } of beside.pair.deliveries) {
        const [left, right] = balance(stats());
        expect(right).toBe(left);
      }
      expect(beside.pair.deliveries[1]?.stats()).toMatchObject({ dropped: {}, retries: 0 });
    },
  );

  it('the living one is flushed to its end although the other takes the whole limit', async () => {
    const { time, alive, deliveries, messages } = makePair({}, 'hang_before');
    const [first] = deliveries;
    first?.processor.onEnd(makeSpan({ name: 'only' }));
    let flushed = false;
    void first?.flush(3_000).then(() => (flushed = true));
    await settle();
    await time.advance(100);
    expect([...alive.received.keys()]).toEqual(['only']);
    expect(flushed).toBe(false);
    await time.advance(2_900);
    expect(flushed).toBe(true);
    expect(messages).toEqual([expect.stringMatching(/^warn: other .*the flush ended before everything/)]);
  });
});
