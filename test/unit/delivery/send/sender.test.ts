// The sender in virtual time: attempts, pauses, splits and statistics.

import { describe, expect, it } from 'vitest';
import type { DestinationInfo } from '../../../../src/delivery/destination/destination-info.js';
import { LogThrottle } from '../../../../src/delivery/log-throttle.js';
import { addExportListener } from '../../../../src/delivery/metrics/export-listeners.js';
import { createQueuedBatch, type QueuedBatch } from '../../../../src/delivery/queue/queued-batch.js';
import { Sender, type SenderOptions } from '../../../../src/delivery/send/sender.js';
import { SpanAccounting } from '../../../../src/delivery/span-accounting.js';
import { collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { FakeBackend } from '../../../support/fake-backend.js';
import { encodePartialSuccess, makeSpan } from '../../../support/spans.js';
import { settlePromises, VirtualTime } from '../../../support/virtual-time.js';

const DESTINATION: DestinationInfo = {
  name: 'otlp',
  displayEndpoint: 'http://collector.test/v1/traces',
  origin: 'http://collector.test',
  isDefaultEndpoint: false,
  protocol: 'http/protobuf',
};

function startSender(parts: Partial<SenderOptions> = {}) {
  const time = new VirtualTime();
  const backend = new FakeBackend(time);
  const accounting = new SpanAccounting('otlp', 'http/protobuf');
  const { diagnostics, captured } = collectDiagnostics();
  const queue: QueuedBatch[] = [];
  const done: QueuedBatch[] = [];
  const pauses: { ms: number; isRequested: boolean }[] = [];
  const sender = new Sender({
    destination: DESTINATION,
    transport: backend,
    timers: time,
    clock: time,
    random: () => 0.5,
    timeoutMs: 10_000,
    accounting,
    logThrottle: new LogThrottle(diagnostics, time),
    nextBatch: () => queue.shift(),
    onBatchDone: batch => done.push(batch),
    onBackOff: (ms, isRequested) => pauses.push({ ms, isRequested }),
    ...parts,
  });
  let sequence = 0;
  const addBatch = (...names: string[]): QueuedBatch => {
    const batch = createQueuedBatch(
      { bytes: encodeSpans(names.map(name => makeSpan({ name }))), spanCount: names.length },
      ++sequence,
      'queued',
      undefined,
    );
    for (const _ of names) accounting.countEnded();
    queue.push(batch);
    sender.schedule();
    return batch;
  };
  const codes = (): string[] => captured.map(({ level, code }) => `${level} ${code}`);
  return { time, backend, sender, accounting, captured, codes, queue, done, pauses, addBatch };
}

describe('a batch', () => {
  it('is sent outside the turn of the caller, one request at a time', async () => {
    const { time, backend, addBatch, accounting, done } = startSender();
    backend.latencyMs = 100;
    const batches = [addBatch('a'), addBatch('b')];
    expect(backend.requestTimesMs).toEqual([]);
    await time.advance(50);
    expect(backend.requestTimesMs).toEqual([0]);
    await time.advance(1_000);
    expect(backend.maxInFlight).toBe(1);
    expect([...backend.received.keys()]).toEqual(['a', 'b']);
    expect(done).toEqual(batches);
    expect(accounting.stats(0)).toMatchObject({ sent: 2, queued: 0, retries: 0 });
  });

  it.each([429, 502, 503, 504])('is sent again after the status %i until it is accepted', async status => {
    const { time, backend, addBatch, accounting } = startSender();
    backend.behavior = request => (request < 3 ? { status } : 'ok');
    addBatch('a');
    await time.advance(30_000);
    expect(accounting.stats(0)).toMatchObject({ sent: 1, retries: 3, dropped: {}, maybeDuplicated: 0 });
  });

  it.each([400, 500, 501, 505])('is dropped after the status %i', async status => {
    const { time, backend, addBatch, accounting } = startSender();
    backend.behavior = () => ({ status });
    addBatch('a');
    await time.advance(30_000);
    expect(backend.requests).toBe(1);
    expect(accounting.stats(0)).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 1 } });
  });

  it('cannot have more rejected spans than it has spans', async () => {
    const body = encodePartialSuccess(100, 'too old');
    const send = async () => ({ kind: 'response', status: 200, body, wireBytes: 1 }) as const;
    const { time, addBatch, accounting } = startSender({ transport: { send, hold() {}, close() {} } });
    addBatch('a', 'b');
    await time.advance(0);
    expect(accounting.stats(0)).toMatchObject({ sent: 0, rejected: 2, queued: 0 });
  });

  it('counts as duplicated once, if its response was lost', async () => {
    const { time, backend, addBatch, accounting } = startSender();
    backend.behavior = request => (request < 2 ? 'reset_after' : 'ok');
    addBatch('a', 'b');
    await time.advance(30_000);
    expect(accounting.stats(0)).toMatchObject({ sent: 2, retries: 2, maybeDuplicated: 2 });
  });

  it('is aborted at the time limit, and sent again', async () => {
    const { time, backend, addBatch, accounting } = startSender({ timeoutMs: 5_000 });
    backend.behavior = request => (request === 0 ? 'hang_before' : 'ok');
    addBatch('a');
    await time.advance(4_999);
    expect(accounting.stats(0).lastError).toBeUndefined();
    await time.advance(1_000);
    expect(accounting.stats(0)).toMatchObject({ sent: 1, retries: 1 });
  });

  it('is kept if the transport throws', async () => {
    const { time, backend, addBatch, accounting, codes } = startSender();
    backend.behavior = request => (request === 0 ? 'throw' : 'ok');
    addBatch('a');
    await time.advance(1_000);
    expect(codes()).toEqual(['warn connection_failed', 'info backend_recovered']);
    expect(accounting.stats(0)).toMatchObject({ sent: 1, dropped: {} });
  });

  it('is split until each part fits', async () => {
    const { time, backend, addBatch, accounting, done } = startSender();
    backend.maxSpans = 1;
    addBatch('a', 'b', 'c', 'd');
    await time.advance(0);
    expect([...backend.received.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(accounting.stats(0)).toMatchObject({ sent: 4, dropped: {} });
    expect(done).toHaveLength(4);
  });

  it('of a single span that is too large is dropped, with its size', async () => {
    const { time, backend, addBatch, accounting, captured } = startSender();
    backend.maxSpans = 0;
    const { bytes } = addBatch('a');
    await time.advance(0);
    expect(accounting.stats(0)).toMatchObject({ sent: 0, dropped: { too_large: 1 } });
    expect(captured.map(({ code }) => code)).toEqual(['request_too_large', 'span_too_large']);
    expect(captured[1]?.message).toContain(`a span of ${bytes.length} bytes`);
  });
});

describe('the back-off', () => {
  it('doubles from 500 ms to 30 s while the backend fails', async () => {
    const { time, backend, addBatch, pauses } = startSender();
    backend.behavior = () => 'refuse';
    addBatch('a');
    await time.advance(120_000);
    const expected = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
    expect(pauses.slice(0, 8)).toEqual(expected.map(ms => ({ ms, isRequested: false })));
  });

  it('starts again after a success', async () => {
    const { time, backend, addBatch, pauses } = startSender();
    backend.behavior = request => (request < 4 || request === 5 ? 'refuse' : 'ok');
    addBatch('a');
    await time.advance(10_000);
    addBatch('b');
    await time.advance(10_000);
    expect(pauses.map(({ ms }) => ms)).toEqual([250, 500, 1_000, 2_000, 250]);
  });

  it('starts again after a batch that was dropped, because the backend responded', async () => {
    const { time, backend, addBatch, pauses } = startSender();
    backend.behavior = request => (request === 2 ? { status: 400 } : 'refuse');
    addBatch('a');
    addBatch('b');
    await time.advance(1_000);
    expect(pauses.slice(0, 3).map(({ ms }) => ms)).toEqual([250, 500, 250]);
  });

  it('starts again after a split, because the backend responded', async () => {
    const { time, backend, addBatch, pauses } = startSender();
    backend.behavior = request => (request === 2 ? { status: 413 } : 'refuse');
    addBatch('a', 'b');
    await time.advance(1_000);
    expect(pauses.slice(0, 3).map(({ ms }) => ms)).toEqual([250, 500, 250]);
  });

  it('is skipped and starts again when a flush is waiting', async () => {
    const { time, backend, addBatch, pauses, sender } = startSender();
    backend.behavior = () => 'refuse';
    addBatch('a');
    await time.advance(5_000);
    expect(pauses.map(({ ms }) => ms)).toEqual([250, 500, 1_000, 2_000, 4_000]);
    const { requests } = backend;
    sender.sendNow();
    await settlePromises();
    expect(backend.requests).toBe(requests + 1);
    expect(pauses.at(-1)).toEqual({ ms: 250, isRequested: false });
  });

  it('has the time of Retry-After and up to a second more, also when a flush is waiting', async () => {
    const { time, backend, addBatch, pauses, sender } = startSender();
    backend.behavior = request => (request === 0 ? { status: 429, retryAfter: '60' } : 'ok');
    addBatch('a');
    await time.advance(10_000);
    sender.sendNow();
    await settlePromises();
    expect(backend.requests).toBe(1);
    expect(pauses).toEqual([
      { ms: 60_500, isRequested: true },
      { ms: 50_500, isRequested: true },
    ]);
    await time.advance(50_500);
    expect(backend.requests).toBe(2);
  });
});

describe('isUnreachable', () => {
  it('holds while no response has ever arrived', async () => {
    const { time, backend, addBatch, sender } = startSender();
    expect(sender.isUnreachable).toBe(false);
    backend.behavior = request => (request === 1 ? 'ok' : 'refuse');
    addBatch('a');
    await time.advance(0);
    expect(sender.isUnreachable).toBe(true);
    await time.advance(1_000);
    expect(sender.isUnreachable).toBe(false);
    addBatch('b');
    await time.advance(0);
    expect(sender.isUnreachable).toBe(false);
  });

  it('does not hold after a response that rejects the batch', async () => {
    const { time, backend, addBatch, sender } = startSender();
    backend.behavior = () => ({ status: 503 });
    addBatch('a');
    await time.advance(0);
    expect(sender.isUnreachable).toBe(false);
  });
});

describe('stop', () => {
  it('returns the batches in delivery, and sends nothing afterwards', async () => {
    const { time, backend, addBatch, sender } = startSender();
    backend.behavior = () => 'refuse';
    const batch = addBatch('a');
    await time.advance(0);
    expect(sender.batches).toEqual([batch]);
    expect(sender.memoryBytes).toBeGreaterThan(batch.bytes.length);
    expect(sender.stop()).toEqual([batch]);
    expect(batch.mayHaveArrived).toBe(false);
    expect([sender.batches, sender.memoryBytes]).toEqual([[], 0]);
    addBatch('b');
    sender.sendNow();
    await time.advance(60_000);
    expect(backend.requests).toBe(1);
  });

  it('aborts a request, whose batch may have arrived', async () => {
    const { time, backend, addBatch, sender, accounting, done } = startSender();
    backend.behavior = () => 'hang_after';
    const batch = addBatch('a');
    await time.advance(0);
    expect(sender.stop()).toEqual([batch]);
    expect(batch.mayHaveArrived).toBe(true);
    await time.advance(60_000);
    // The result of the aborted request has no effect.
    expect(accounting.stats(0)).toMatchObject({ queued: 1, sent: 0, bytes: 0 });
    expect(done).toEqual([]);
  });
});

describe('the log', () => {
  it('has one warning while the backend fails, and one message when it has recovered', async () => {
    const { time, backend, addBatch, captured, accounting } = startSender();
    backend.behavior = request => (request < 4 ? 'refuse' : 'ok');
    await time.advance(60_000);
    addBatch('a');
    await time.advance(60_000);
    expect(captured).toMatchObject([
      { level: 'warn', code: 'connection_refused', source: 'otlp' },
      {
        level: 'info',
        code: 'backend_recovered',
        source: 'otlp',
        message: 'otlp (http://collector.test/v1/traces) accepts spans again after 4 s',
      },
    ]);
    expect(accounting.stats(0).lastError).toMatch(/refused the connection.*\[connection_refused\]$/);
  });

  it('has each status that a code covers', async () => {
    const { time, backend, addBatch, codes, captured } = startSender();
    const statuses = [402, 409, 402, 500, 501];
    backend.behavior = request => ({ status: statuses[request] ?? 200 });
    for (const [index] of statuses.entries()) addBatch(`s${index}`);
    await time.advance(1_000);
    expect(codes()).toEqual([
      'warn request_rejected',
      'warn request_rejected',
      'warn backend_error',
      'warn backend_error',
    ]);
    expect(captured.map(({ message }) => /responded with (\d+)/.exec(message)?.[1])).toEqual([
      '402',
      '409',
      '500',
      '501',
    ]);
  });

  it('has one warning for all statuses that are retried with one code', async () => {
    const { time, backend, addBatch, codes } = startSender();
    const statuses = [502, 503, 504];
    backend.behavior = request => ({ status: statuses[request % 3] ?? 200 });
    addBatch('a');
    await time.advance(60_000);
    expect(codes()).toEqual(['warn backend_unavailable']);
  });

  it('has one warning without a receiver at the default endpoint, however long it lasts', async () => {
    const destination = { ...DESTINATION, isDefaultEndpoint: true, origin: 'http://localhost:4318' };
    const { time, backend, addBatch, codes } = startSender({ destination });
    backend.behavior = () => 'refuse';
    addBatch('a');
    await time.advance(3_600_000);
    expect(codes()).toEqual(['warn receiver_unreachable']);
  });
});

describe('the export listeners', () => {
  it.each([
    ['ok', 200, undefined],
    ['partial', 200, 'rejected'],
    ['web_page', 200, 'rejected_by_backend'],
    ['redirect', 308, '308'],
    [{ status: 401 }, 401, '401'],
  ] as const)('receive the status and the error of a batch: %j', async (behavior, status, errorType) => {
    const { time, backend, addBatch } = startSender();
    const exports: unknown[] = [];
    const stop = addExportListener(operation => exports.push(operation));
    backend.latencyMs = 40;
    backend.behavior = () => behavior;
    addBatch('a');
    await time.advance(1_000);
    stop();
    expect(exports).toEqual([
      { exporter: 'otlp', protocol: 'http/protobuf', durationMs: 40, status, errorType },
    ]);
  });

  it('receive the duration from the first attempt to the decision', async () => {
    const { time, backend, addBatch } = startSender();
    const durations: number[] = [];
    const stop = addExportListener(({ durationMs }) => durations.push(durationMs));
    backend.behavior = request => (request < 2 ? 'refuse' : 'ok');
    addBatch('a');
    await time.advance(1_000);
    stop();
    expect(durations).toEqual([750]);
  });
});
