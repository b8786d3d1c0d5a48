// The contract of every delivery, with any backend and any spool: each ended span is in exactly one place, a flush delivers
// the spans that ended before it, and no fault reaches the application.

import { TraceFlags } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryControls } from '../../src/delivery/index.js';
import type { ExporterStats } from '../../src/delivery/stats.js';
import { makeSpan } from '../support/spans.js';
import { balance } from '../support/delivery-fixture.js';

/** A delivery with its backends. */
export interface DeliverySubject {
  readonly delivery: DeliveryControls;
  /** One row for each destination. */
  stats(): readonly ExporterStats[];
  /** The names of the spans that each backend has, in order of arrival. */
  received(): readonly (readonly string[])[];
  /** Makes all backends reachable, or lets them refuse connections. */
  setReachable(isReachable: boolean): void;
  /** Waits for work of the delivery. Subjects in virtual time let the time pass. */
  complete(work: Promise<void>, timeoutMs: number): Promise<void>;
  /** Whether the remaining spans are stored on disk at the end, and so count as spooled. */
  readonly keepsSpansAtEnd: boolean;
  close(): Promise<void>;
}

const LIMIT_MS = 1_000;

/** Runs the contract over one kind of delivery. */
export function describeDelivery(name: string, open: () => Promise<DeliverySubject>): void {
  describe(`delivery: ${name}`, () => {
    let subject: DeliverySubject;
    let made = 0;

    beforeEach(async () => {
      subject = await open();
      made = 0;
    });
    afterEach(() => subject.close());

    const end = (count: number, size = 0): void => {
      for (let i = 0; i < count; i++) {
        subject.delivery.processor.onEnd(
          makeSpan({ name: `s${made++}`, attributes: size === 0 ? {} : { pad: 'x'.repeat(size) } }),
        );
        expectBalance();
      }
    };
    const names = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, i) => `s${from + i}`);
    const flush = (): Promise<void> => subject.complete(subject.delivery.flush(LIMIT_MS), LIMIT_MS);
    const shutDown = (): Promise<void> => subject.complete(subject.delivery.shutdown(LIMIT_MS), LIMIT_MS);

    function expectBalance(): void {
      for (const stats of subject.stats()) {
        const [left, right] = balance(stats);
        expect(right).toBe(left);
      }
    }

    function expectEach(numbers: Partial<ExporterStats>): void {
      for (const stats of subject.stats()) expect(stats).toMatchObject(numbers);
      expectBalance();
    }

    it('delivers with a flush all spans that ended before it, once and in order', async () => {
      end(50);
      await flush();
      end(50);
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 100));
      expectEach({ ended: 100, sent: 100, queued: 0, spooled: 0, inFlight: 0, dropped: {} });
      expect(subject.delivery.isIdle()).toBe(true);
    });

    it('sends several batches, each span once', async () => {
      end(60, 1_000);
      await flush();
      // Batches in memory may overtake batches on disk.
      for (const list of subject.received()) expect([...list].sort()).toEqual(names(0, 60).sort());
      expectEach({ sent: 60, dropped: {} });
    });

    it('counts unsampled spans and does not send them', async () => {
      const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
      subject.delivery.processor.onEnd(makeSpan({ context }));
      await flush();
      for (const list of subject.received()) expect(list).toEqual([]);
      expectEach({ ended: 1, unsampled: 1, sent: 0, queued: 0 });
    });

    it('does not throw for a span whose getter throws', async () => {
      const hostile = {
        get danger(): string {
          throw new Error('boom');
        },
      };
      expect(() => subject.delivery.processor.onEnd(makeSpan({ attributes: hostile }))).not.toThrow();
      end(1);
      await flush();
      for (const list of subject.received()) expect(list).toEqual(['s0']);
      expectEach({ ended: 2, sent: 1, dropped: { unreadable: 1 } });
    });

    it('neither rejects nor loses a span while the backend is away, and delivers when it is back', async () => {
      end(5);
      await flush();
      subject.setReachable(false);
      end(30);
      await flush();
      for (const { sent, queued, spooled, dropped } of subject.stats()) {
        expect({ sent, waiting: queued + spooled, dropped }).toEqual({ sent: 5, waiting: 30, dropped: {} });
      }
      expect(subject.delivery.isIdle()).toBe(true);
      end(5);
      expect(subject.delivery.isIdle()).toBe(false);
      subject.setReachable(true);
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 40));
      expectEach({ sent: 40, queued: 0, spooled: 0, dropped: {} });
    });

    it('delivers the remaining spans at its shutdown, and counts spans that end afterwards', async () => {
      end(20);
      await shutDown();
      end(3);
      await shutDown();
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 20));
      expectEach({ ended: 23, sent: 20, queued: 0, dropped: { shutdown: 3 } });
      expect(subject.delivery.isIdle()).toBe(true);
    });

    it('shuts down once, however often shutdown is called', async () => {
      end(2);
      const both = Promise.all([subject.delivery.shutdown(LIMIT_MS), subject.delivery.shutdown(LIMIT_MS)]);
      await subject.complete(
        both.then(() => undefined),
        LIMIT_MS,
      );
      for (const list of subject.received()) expect(list).toEqual(names(0, 2));
    });

    it('accounts at its shutdown for the spans that the backend did not accept', async () => {
      subject.setReachable(false);
      end(20);
      await shutDown();
      expectEach(
        subject.keepsSpansAtEnd
          ? { sent: 0, queued: 0, spooled: 20, dropped: {} }
          : { sent: 0, queued: 0, spooled: 0, dropped: { shutdown: 20 } },
      );
    });

    it('rescues synchronously, and once', () => {
      end(20);
      subject.delivery.rescue();
      const expected = subject.keepsSpansAtEnd
        ? { spooled: 20, dropped: {} }
        : { spooled: 0, dropped: { shutdown: 20 } };
      expectEach({ queued: 0, sent: 0, ...expected });
      subject.delivery.rescue();
      expectEach({ queued: 0, sent: 0, ...expected });
    });
  });
}
