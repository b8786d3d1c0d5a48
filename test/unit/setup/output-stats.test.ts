import { expect, it } from 'vitest';
import { OutputStats } from '../../../src/setup/output-stats.js';
import type { SpanBuffer } from '../../../src/spans/span-buffer.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { balance } from '../../support/delivery-fixture.js';
import { makeSpan } from '../../support/spans.js';

const BUFFER: SpanBuffer = { buffer: () => ({ bytes: 1 }), release() {}, discard() {}, skip() {} };

it('held spans have ended, and are in no other place', () => {
  const counts = new OutputStats('mine');
  const buffer = counts.countHeld(BUFFER);
  const [first, second] = [buffer.buffer(makeSpan()), buffer.buffer(makeSpan())];
  expect(counts.complete({ ended: 1, sent: 1 })).toMatchObject({ ended: 3, held: 2, sent: 1 });
  if (first !== undefined) buffer.release(first, undefined);
  if (second !== undefined) buffer.discard(second);
  expect(counts.complete({ ended: 3, unsampled: 1, sent: 2 })).toMatchObject({ ended: 3, held: 0 });
});

it('evicted spans are dropped, also by an exporter that does not count unsampled spans', () => {
  const counts = new OutputStats('mine');
  const buffer = counts.countHeld(BUFFER);
  const entry = buffer.buffer(makeSpan());
  if (entry !== undefined) buffer.discard(entry, true);
  for (const given of [{ ended: 1, unsampled: 1 }, {}]) {
    const row = counts.complete(given);
    expect(row).toMatchObject({ ended: 1, unsampled: 0, dropped: { evicted: 1 } });
    const [ended, accounted] = balance(row);
    expect(accounted).toBe(ended);
  }
});

it('skipped spans are unsampled', () => {
  const counts = new OutputStats('mine');
  counts.countSkipped();
  expect(counts.complete({})).toMatchObject({ exporter: 'mine', ended: 1, unsampled: 1, dropped: {} });
});

it('missing counts are 0, and a count that is no number is reported once', () => {
  const counts = new OutputStats('mine');
  const captured = captureDiagnostics(() => {
    expect(counts.complete({ sent: 'x' as never, ended: undefined as never })).toMatchObject({
      ended: 0,
      sent: 0,
    });
    counts.complete({ sent: 'x' as never });
  });
  expect(captured).toMatchObject([{ code: 'callback_failed', source: 'stats() of the exporter mine' }]);
});

it('undefined members count as missing', () => {
  const counts = new OutputStats('mine');
  const captured = captureDiagnostics(() => {
    const row = counts.complete({
      exporter: undefined,
      ended: 2,
      sent: 2,
      dropped: undefined,
      held: undefined,
    });
    expect(row).toMatchObject({ exporter: 'mine', ended: 2, sent: 2, held: 0, dropped: {} });
  });
  expect(captured).toEqual([]);
});
