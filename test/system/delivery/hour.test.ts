// An hour of 2,000 spans a second with ten outages of up to five minutes, in virtual time, onto a real disk. It stands
// here and not beside the unit tests because 7.2 million spans take their time.

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

/** A backend that marks every span it takes, and can be away in several ways. */
class Marking implements Transport {
  readonly seen: Uint8Array = new Uint8Array(SECONDS * PER_SECOND);
  away: 'no' | 'refuses' | 'is busy' = 'no';
  taken = 0;

  async send({ body }: TransportRequest): Promise<TransportResult> {
    const wireBytes = body.length;
    if (this.away === 'refuses')
      return { kind: 'failure', code: 'ECONNREFUSED', message: 'refused', isRequestSent: false, wireBytes };
    if (this.away === 'is busy') return { kind: 'response', status: 503, body: new Uint8Array(0), wireBytes };
    eachSpanName(body, name => {
      const index = Number(name);
      this.seen[index] = (this.seen[index] ?? 0) + 1;
      this.taken++;
    });
    return { kind: 'response', status: 200, body: new Uint8Array(0), wireBytes };
  }

  hold(): void {}

  close(): void {}
}

it('an hour of 2,000 spans a second with ten outages of up to five minutes costs not one span', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trace-hour-'));
  try {
    const began = performance.now();
    const backend = new Marking();
    const { time, delivery } = startDelivery(
      { maxQueueBytes: 8 * 2 ** 20, spool: directory },
      { transport: backend },
    );
    let ended = 0;
    let spooledAtMost = 0;
    for (let second = 0; second < SECONDS; second++) {
      // Every sixth minute begins an outage of 30 to 300 seconds.
      const isAway = second % 360 < 30 + 30 * Math.floor(second / 360);
      backend.away = isAway ? (second % 2 === 0 ? 'refuses' : 'is busy') : 'no';
      for (let i = 0; i < PER_SECOND; i++) delivery.processor.onEnd(makeSpan({ name: String(ended++) }));
      await time.advance(1_000);
      spooledAtMost = Math.max(spooledAtMost, delivery.stats().spooled);
    }
    backend.away = 'no';
    await time.advance(120_000);
    const { queued, spooled, sent, dropped, maybeDuplicated } = delivery.stats();
    console.log(
      `${ended} spans, ${spooledAtMost} of them on disk at once, in ${Math.round(performance.now() - began)} ms`,
    );
    expect({ queued, spooled, sent, dropped, maybeDuplicated }).toEqual({
      queued: 0,
      spooled: 0,
      sent: ended,
      dropped: {},
      maybeDuplicated: 0,
    });
    expect(spooledAtMost).toBeGreaterThan(300_000);
    expect(backend.taken).toBe(ended);
    expect(backend.seen.every(times => times === 1)).toBe(true);
    await delivery.shutdown(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
