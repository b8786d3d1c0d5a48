// What every delivery must do, wherever it sends and whatever it keeps on disk: each span that ended is in exactly one
// place, what was flushed is there, and nothing of it reaches the application.

import { TraceFlags } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryControls } from '../../src/delivery/index.js';
import type { ExporterStats } from '../../src/delivery/stats.js';
import { makeSpan } from '../support/spans.js';
import { balance } from '../support/delivery-fixture.js';

/** A delivery with its backends, seen from outside. */
export interface DeliverySubject {
  readonly delivery: DeliveryControls;
  /** One row for each destination. */
  stats(): readonly ExporterStats[];
  /** Names of the spans that the backends have, in the order in which they came, one list for each. */
  received(): readonly (readonly string[])[];
  /** Switches all backends off or on; off means that connections are refused. */
  setUp(up: boolean): void;
  /** Waits for something of the delivery's; subjects in virtual time let it pass. */
  settle(work: Promise<void>, timeoutMs: number): Promise<void>;
  /** Whether what is left at the end waits on disk, and so counts as spooled. */
  readonly keeps: boolean;
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
    const flush = (): Promise<void> => subject.settle(subject.delivery.flush(LIMIT_MS), LIMIT_MS);
    const shutDown = (): Promise<void> => subject.settle(subject.delivery.shutdown(LIMIT_MS), LIMIT_MS);

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

    it('has delivered everything that had ended when a flush is over, once and in order', async () => {
      end(50);
      await flush();
      end(50);
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 100));
      expectEach({ ended: 100, sent: 100, queued: 0, spooled: 0, inFlight: 0, dropped: {} });
      expect(subject.delivery.isIdle()).toBe(true);
    });

    it('sends more than one chunk, each span once', async () => {
      end(60, 1_000);
      await flush();
      // What waits on disk may be overtaken by what waits in memory.
      for (const list of subject.received()) expect([...list].sort()).toEqual(names(0, 60).sort());
      expectEach({ sent: 60, dropped: {} });
    });

    it('counts what sampling left out, and sends nothing of it', async () => {
      const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
      subject.delivery.processor.onEnd(makeSpan({ context }));
      await flush();
      for (const list of subject.received()) expect(list).toEqual([]);
      expectEach({ ended: 1, unsampled: 1, sent: 0, queued: 0 });
    });

    it('never lets a span reach the application with its faults', async () => {
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

    it('neither rejects nor loses anything while a backend is away, and delivers when it is back', async () => {
      end(5);
      await flush();
      subject.setUp(false);
      end(30);
      await flush();
      for (const { sent, queued, spooled, dropped } of subject.stats()) {
        expect({ sent, waiting: queued + spooled, dropped }).toEqual({ sent: 5, waiting: 30, dropped: {} });
      }
      expect(subject.delivery.isIdle()).toBe(true);
      end(5);
      expect(subject.delivery.isIdle()).toBe(false);
      subject.setUp(true);
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 40));
      expectEach({ sent: 40, queued: 0, spooled: 0, dropped: {} });
    });

    it('delivers what is left at its shutdown, and counts what ends afterwards', async () => {
      end(20);
      await shutDown();
      end(3);
      await shutDown();
      await flush();
      for (const list of subject.received()) expect(list).toEqual(names(0, 20));
      expectEach({ ended: 23, sent: 20, queued: 0, dropped: { shutdown: 3 } });
      expect(subject.delivery.isIdle()).toBe(true);
    });

    it('shuts down once, however often it is asked', async () => {
      end(2);
      const both = Promise.all([subject.delivery.shutdown(LIMIT_MS), subject.delivery.shutdown(LIMIT_MS)]);
      await subject.settle(
        both.then(() => undefined),
        LIMIT_MS,
      );
      for (const list of subject.received()) expect(list).toEqual(names(0, 2));
    });

    it('says at its shutdown where everything is that a dead backend did not take', async () => {
      subject.setUp(false);
      end(20);
      await shutDown();
      expectEach(
        subject.keeps
          ? { sent: 0, queued: 0, spooled: 20, dropped: {} }
          : { sent: 0, queued: 0, spooled: 0, dropped: { shutdown: 20 } },
      );
    });

    it('rescues without a turn of the event loop, and once', () => {
      end(20);
      subject.delivery.rescue();
      const fate = subject.keeps ? { spooled: 20, dropped: {} } : { spooled: 0, dropped: { shutdown: 20 } };
      expectEach({ queued: 0, sent: 0, ...fate });
      subject.delivery.rescue();
      expectEach({ queued: 0, sent: 0, ...fate });
    });
  });
}
