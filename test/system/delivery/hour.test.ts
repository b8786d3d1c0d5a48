// An hour of 2,000 spans per second with ten outages of up to five minutes, in virtual time and with a real disk. It is not a
// unit test because 7.2 million spans take long.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TransportResult, Transport, TransportRequest } from '../../../src/delivery/transport.js';
import { eachSpanName } from '../../support/span-names.js';
import { makeSpan } from '../../support/spans.js';
import { startDelivery } from '../../support/delivery-fixture.js';

const SECONDS = 3_600;
const PER_SECOND = 2_000;

/** A backend that counts how often it receives each span, and can be unavailable in two ways. */
class CountingBackend implements Transport {
  readonly counts: Uint8Array = new Uint8Array(SECONDS * PER_SECOND);
  outage: 'none' | 'refused' | 'busy' = 'none';
  received = 0;

  async send({ body }: TransportRequest): Promise<TransportResult> {
    const wireBytes = body.length;
    if (this.outage === 'refused')
      return { kind: 'failure', code: 'ECONNREFUSED', message: 'refused', isRequestSent: false, wireBytes };
    if (this.outage === 'busy') return { kind: 'response', status: 503, body: new Uint8Array(0), wireBytes };
    eachSpanName(body, name => {
      const index = Number(name);
      this.counts[index] = (this.counts[index] ?? 0) + 1;
      this.received++;
    });
    return { kind: 'response', status: 200, body: new Uint8Array(0), wireBytes };
  }

  hold(): void {}

  close(): void {}
}

it('an hour of 2,000 spans per second with ten outages of up to five minutes loses no span', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trace-hour-'));
  try {
    const startMs = performance.now();
    const backend = new CountingBackend();
    const { time, delivery } = startDelivery(
      { maxQueueBytes: 8 * 2 ** 20, spool: directory },
      { transport: backend },
    );
    let ended = 0;
    let maxSpooled = 0;
    for (let second = 0; second < SECONDS; second++) {
      // An outage of 30 to 300 seconds begins every six minutes.
      const isOutage = second % 360 < 30 + 30 * Math.floor(second / 360);
      backend.outage = isOutage ? (second % 2 === 0 ? 'refused' : 'busy') : 'none';
      for (let i = 0; i < PER_SECOND; i++) delivery.processor.onEnd(makeSpan({ name: String(ended++) }));
      await time.advance(1_000);
      maxSpooled = Math.max(maxSpooled, delivery.stats().spooled);
    }
    backend.outage = 'none';
    await time.advance(120_000);
    const { queued, spooled, sent, dropped, maybeDuplicated } = delivery.stats();
    console.log(
      `${ended} spans, at most ${maxSpooled} on disk, in ${Math.round(performance.now() - startMs)} ms`,
    );
    expect({ queued, spooled, sent, dropped, maybeDuplicated }).toEqual({
      queued: 0,
      spooled: 0,
      sent: ended,
      dropped: {},
      maybeDuplicated: 0,
    });
    expect(maxSpooled).toBeGreaterThan(300_000);
    expect(backend.received).toBe(ended);
    expect(backend.counts.every(times => times === 1)).toBe(true);
    await delivery.shutdown(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
