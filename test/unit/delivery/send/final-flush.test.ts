import { describe, expect, it } from 'vitest';
import type { ExporterStats } from '../../../../src/delivery/stats.js';
import type { DestinationInfo } from '../../../../src/delivery/destination/destination-info.js';
import { createFinalFlushDiagnostics } from '../../../../src/delivery/send/final-flush.js';
import type { Transport, TransportResult } from '../../../../src/delivery/transport.js';
import { balance, startDelivery } from '../../../support/delivery-fixture.js';
import { MemoryFileSystem } from '../../../support/memory-file-system.js';
import { spanNames } from '../../../support/span-names.js';
import { makeSpan } from '../../../support/spans.js';

/** A transport that never responds, and sends synchronously with a fixed result. */
function synchronousTransport(result: TransportResult): { transport: Transport; stored: string[] } {
  const stored: string[] = [];
  const transport: Transport = {
    send: () => new Promise(() => undefined),
    sendSync(body) {
      if (result.kind === 'success') stored.push(...spanNames(body));
      return result;
    },
    hold: () => undefined,
    close: () => undefined,
  };
  return { transport, stored };
}

const SUCCESS: TransportResult = { kind: 'success', wireBytes: 10 };
const DISK_FULL: TransportResult = {
  kind: 'failure',
  code: 'ENOSPC',
  message: 'no space',
  diagnosis: { code: 'file_not_writable', fact: 'the disk is full', fix: 'Make room.' },
  isRequestSent: false,
  wireBytes: 0,
};

describe('the final flush', () => {
  it('sends synchronously if the transport can, the batch in delivery first', async () => {
    const { transport, stored } = synchronousTransport(SUCCESS);
    const { delivery, time, captured } = startDelivery({}, { transport });
    delivery.processor.onEnd(makeSpan({ name: 'in delivery' }));
    await time.advance(2_000);
    delivery.processor.onEnd(makeSpan({ name: 'open' }));
    delivery.rescue();
    expect(stored).toEqual(['in delivery', 'open']);
    expect(delivery.stats()).toMatchObject({ sent: 2, queued: 0, dropped: {}, bytes: 20 });
    expect(captured).toEqual([]);
  });

  it('counts the spans that could not be sent, and reports the reason', () => {
    const { delivery, captured } = startDelivery(
      {},
      { transport: synchronousTransport(DISK_FULL).transport },
    );
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { shutdown: 1 } });
    expect(delivery.stats().lastError).toContain('the disk is full. Make room. [file_not_writable]');
    expect(captured).toMatchObject([
      { level: 'warn', code: 'file_not_writable', source: 'otlp' },
      { level: 'warn', code: 'spans_lost', source: 'otlp' },
    ]);
    expect(captured[0]?.message).toMatch(/: the disk is full$/);
    expect(captured[1]?.message).toMatch(/: 1 span was lost at shutdown$/);
  });

  it('spools the spans that could not be sent', () => {
    const fileSystem = new MemoryFileSystem();
    const { transport } = synchronousTransport(DISK_FULL);
    const { delivery } = startDelivery({ spool: '/spool' }, { transport, fileSystem });
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ spooled: 1, dropped: {} });
    expect(balance(delivery.stats())).toEqual([1, 1]);
  });

  it('leaves no sent span in the spool', async () => {
    const fileSystem = new MemoryFileSystem();
    const { transport, stored } = synchronousTransport(SUCCESS);
    const options = { spool: { directory: '/spool', mode: 'always' as const } };
    const { delivery, time } = startDelivery(options, { transport, fileSystem });
    delivery.processor.onEnd(makeSpan({ name: 'work' }));
    await time.advance(2_000);
    delivery.rescue();
    expect(stored).toEqual(['work']);
    expect(delivery.stats()).toMatchObject({ sent: 1, spooled: 0 });
    expect(fileSystem.files.size).toBe(0);
  });
});

describe('a batch that cannot be encoded', () => {
  it('is dropped with a warning, and the next one is sent', async () => {
    let attempts = 0;
    const transport: Transport = {
      send: async () =>
        ++attempts === 1
          ? { kind: 'encoding_failure', message: 'a batch cannot be converted to JSON', wireBytes: 0 }
          : { kind: 'success', wireBytes: 5 },
      hold: () => undefined,
      close: () => undefined,
    };
    const { delivery, time, captured } = startDelivery({}, { transport });
    for (let i = 0; i < 2; i++) {
      delivery.processor.onEnd(makeSpan());
      await time.advance(2_000);
    }
    expect(delivery.stats()).toMatchObject({ sent: 1, dropped: { unreadable: 1 }, queued: 0 });
    expect(captured).toMatchObject([{ level: 'warn', code: 'batch_unencodable', source: 'otlp' }]);
    expect(captured[0]?.message).toContain('a batch cannot be converted to JSON; the spans were dropped');
  });
});

describe('the diagnostics of a shutdown', () => {
  const INFO: DestinationInfo = {
    name: 'otlp',
    displayEndpoint: 'http://a.test',
    origin: 'http://a.test',
    isDefaultEndpoint: false,
  };
  const stats = (dropped: ExporterStats['dropped'], spooled = 0): ExporterStats => ({
    exporter: 'otlp',
    ended: 0,
    unsampled: 0,
    held: 0,
    queued: 0,
    spooled,
    sent: 0,
    rejected: 0,
    dropped,
    retries: 0,
    bytes: 0,
  });

  it('are none if everything was sent', () => {
    expect(createFinalFlushDiagnostics(INFO, stats({ shutdown: 3 }), stats({ shutdown: 3 }), true)).toEqual(
      {},
    );
  });

  it('count the spans that were lost since the state before, for want of time or of disk space', () => {
    const after = stats({ shutdown: 5, spool_full: 4, queue_full: 100 });
    const { lost, spooled } = createFinalFlushDiagnostics(INFO, stats({ shutdown: 3 }), after, false);
    expect(lost).toMatchObject({ code: 'spans_lost', source: 'otlp' });
    expect(lost?.message).toBe('otlp (http://a.test): 6 spans were lost at shutdown');
    expect(lost?.fix).toContain('Set delivery.spool');
    expect(spooled).toBeUndefined();
    const withSpool = createFinalFlushDiagnostics(INFO, stats({}), after, true);
    expect(withSpool.lost?.fix).toContain('maxBytes');
  });

  it('count the spans on disk', () => {
    const { lost, spooled } = createFinalFlushDiagnostics(INFO, stats({}), stats({}, 2), true);
    expect(lost).toBeUndefined();
    expect(spooled).toMatchObject({ code: 'spans_spooled', source: 'otlp' });
    expect(spooled?.message).toBe('otlp (http://a.test): 2 spans wait on disk for the next start');
  });
});
