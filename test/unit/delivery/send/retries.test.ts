// The retries of a whole delivery, in virtual time.

import { describe, expect, it } from 'vitest';
import { balance, startDelivery } from '../../../support/delivery-fixture.js';

/** The pauses between consecutive requests, in milliseconds. */
function pausesMs(requestTimesMs: readonly number[]): number[] {
  return requestTimesMs.slice(1).map((at, i) => Math.round(at - (requestTimesMs[i] ?? 0)));
}

describe('retries', () => {
  it('continue as long as the backend is away, with pauses that double up to 30 seconds', async () => {
    const { backend, delivery, time, captured, endSpans } = startDelivery({}, { random: () => 0.999_999 });
    backend.behavior = () => 'refuse';
    endSpans(1);
    await time.advance(600_000);
    expect(pausesMs(backend.requestTimesMs).slice(0, 8)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    backend.behavior = () => 'ok';
    await time.advance(30_000);
    expect(delivery.stats()).toMatchObject({ sent: 1, queued: 0, maybeDuplicated: 0 });
    expect(captured.map(({ level, code }) => [level, code])).toEqual([
      ['warn', 'connection_refused'],
      ['info', 'backend_recovered'],
    ]);
    expect(captured[1]?.message).toMatch(/accepts spans again after \d+ s$/);
  });

  it('start with the shortest pause again after a flush', async () => {
    const { backend, delivery, time, endSpans } = startDelivery({}, { random: () => 0.999_999 });
    endSpans(1);
    await time.advance(1_000);
    backend.behavior = () => 'refuse';
    endSpans(1, 1);
    await time.advance(600_000);
    const before = backend.requests;
    const flushed = delivery.flush(100);
    await time.advance(100);
    await flushed;
    expect(backend.requests).toBe(before + 1);
    await time.advance(10_000);
    expect(pausesMs(backend.requestTimesMs.slice(before)).slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('start with the shortest pause again after a success', async () => {
    const { backend, time, endSpans } = startDelivery({}, { random: () => 0.999_999 });
    backend.behavior = () => 'refuse';
    endSpans(1);
    await time.advance(100_000);
    backend.behavior = () => 'ok';
    await time.advance(30_000);
    const before = backend.requests;
    backend.behavior = () => 'refuse';
    endSpans(1, 1);
    await time.advance(5_000);
    expect(pausesMs(backend.requestTimesMs.slice(before)).slice(0, 2)).toEqual([500, 1_000]);
  });

  it.each([
    ['120', 120_000],
    ['Thu, 20 Nov 2025 22:02:01 GMT', 120_000],
  ])('wait as long as Retry-After: %s', async (retryAfter, ms) => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.behavior = request => (request === 0 ? { status: 503, retryAfter } : 'ok');
    endSpans(1);
    await time.advance(1_000);
    expect(backend.requests).toBe(1);
    await time.advance(ms - 1);
    expect(backend.requests).toBe(1);
    await time.advance(1_001);
    expect(delivery.stats()).toMatchObject({ sent: 1, retries: 1 });
  });

  it('count spans whose response was lost as maybe duplicated, once', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.behavior = request => (request < 3 ? 'reset_after' : 'ok');
    endSpans(4);
    await time.advance(60_000);
    expect(delivery.stats()).toMatchObject({ sent: 4, retries: 3, maybeDuplicated: 4 });
  });

  it('follow a request without a response within the time limit', async () => {
    const { backend, delivery, time, endSpans } = startDelivery({ requestTimeoutMs: 5_000 });
    backend.behavior = request => (request === 0 ? 'hang_before' : 'ok');
    endSpans(1);
    await time.advance(5_999);
    expect(delivery.stats().lastError).toBeUndefined();
    await time.advance(2_000);
    expect(delivery.stats()).toMatchObject({ sent: 1, retries: 1 });
  });

  it('follow a transport that throws', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.behavior = request => (request === 0 ? 'throw' : 'ok');
    endSpans(2);
    await time.advance(5_000);
    expect(delivery.stats()).toMatchObject({ sent: 2, retries: 1, maybeDuplicated: 2 });
  });
});

describe('a batch that the backend finds too large', () => {
  it('is split until each part fits', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.maxSpans = 3;
    endSpans(20);
    await time.advance(5_000);
    expect(delivery.stats()).toMatchObject({ sent: 20, dropped: {} });
    expect([...backend.received.values()].every(times => times === 1)).toBe(true);
  });

  it('is dropped if it is a single span', async () => {
    const { backend, delivery, time, warnings, endSpans } = startDelivery();
    backend.maxSpans = 0;
    endSpans(2);
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { too_large: 2 } });
    expect(balance(delivery.stats())).toEqual([2, 2]);
    expect(warnings()).toEqual(['request_too_large', 'span_too_large']);
  });
});

describe('a rejected batch', () => {
  it.each([
    [400, 'bad_request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'path_not_found'],
    [500, 'backend_error'],
  ])('with the status %i is dropped and reported once', async (status, code) => {
    const { backend, delivery, time, captured, endSpans } = startDelivery();
    backend.behavior = () => ({ status });
    for (let i = 0; i < 5; i++) {
      endSpans(2);
      await time.advance(1_000);
    }
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 10 } });
    expect(captured).toEqual([expect.objectContaining({ level: 'warn', code, source: 'otlp' })]);
    expect(delivery.stats().lastError).toContain(`[${code}]`);
  });

  it('with a redirect does not show the secrets in the target', async () => {
    const { backend, delivery, time, captured, endSpans } = startDelivery();
    backend.behavior = () => 'redirect';
    endSpans(1);
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ dropped: { rejected_by_backend: 1 } });
    expect(captured[0]).toMatchObject({ code: 'redirected' });
    expect(captured[0]?.message).toContain('https://elsewhere.test/v1/traces');
    expect(captured[0]?.message).not.toContain('secret');
  });

  it('with a web page does not count as accepted', async () => {
    const { backend, delivery, time, warnings, endSpans } = startDelivery();
    backend.behavior = () => 'web_page';
    endSpans(1);
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(warnings()).toEqual(['web_page_response']);
  });
});

describe('a partial success', () => {
  it('counts the rejected spans and does not send them again', async () => {
    const { backend, delivery, time, captured, endSpans } = startDelivery();
    backend.behavior = () => 'partial';
    endSpans(4);
    await time.advance(60_000);
    expect(delivery.stats()).toMatchObject({ sent: 3, rejected: 1, retries: 0 });
    expect(captured[0]).toMatchObject({
      code: 'partial_success',
      message: expect.stringContaining('rejected 1 span: too old'),
    });
  });
});

describe('the default endpoint without a receiver', () => {
  it('is reported once, with the command and the option, and not again by the shutdown', async () => {
    const endpoint = new URL('http://localhost:4318/v1/traces');
    const { backend, delivery, time, captured, endSpans } = startDelivery({}, { endpoint });
    backend.behavior = () => 'refuse';
    endSpans(1);
    await time.advance(1_000);
    expect(backend.requests).toBe(1);
    await time.advance(3_600_000);
    const shutDown = delivery.shutdown(3_000);
    await time.advance(3_000);
    await shutDown;
    const shown = captured.filter(({ level }) => level !== 'debug');
    expect(shown).toEqual([expect.objectContaining({ level: 'warn', code: 'receiver_unreachable' })]);
    expect(shown[0]?.fix).toContain('npx @do/trace view');
    expect(shown[0]?.fix).toContain('exporter');
    expect(delivery.stats()).toMatchObject({ dropped: { shutdown: 1 }, queued: 0 });
  });
});
