import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { emptyStats } from '../../../src/exporters/exporter-state.js';
import { memory } from '../../../src/exporters/index.js';
import {
  assertCheckResolves,
  assertReceived,
  assertResourcesReleased,
  assertRule,
  assertStatsAddUp,
  countActiveResources,
} from '../../../src/testing/contract-assertions.js';
import { createTestSpan } from '../../../src/testing/contract-fixture.js';

const STATS = {
  ...emptyStats('memory'),
  exporter: 'x',
  unsampled: 1,
  spooled: 2,
  sent: 3,
  rejected: 4,
} as never;

it('assertRule names the broken rule', () => {
  expect(() => assertRule(true, 'a name')).not.toThrow();
  expect(() => assertRule(false, 'a name')).toThrow('the exporter breaks a rule: a name');
});

describe('assertStatsAddUp', () => {
  const stats = (ended: number, dropped: object) =>
    ({ ...(STATS as object), ended, queued: 5, dropped }) as never;

  it('accepts every ended span in one place, and an exporter without statistics', () => {
    expect(() => assertStatsAddUp(stats(18, { queue_full: 1, shutdown: 2 }))).not.toThrow();
    expect(() => assertStatsAddUp(undefined)).not.toThrow();
  });

  it.each([17, 19])('refuses %d ended spans of 18', ended => {
    expect(() => assertStatsAddUp(stats(ended, { queue_full: 3 }))).toThrow(`(${ended - 1}) is held`);
  });
});

describe('assertReceived', () => {
  const spans = [createTestSpan({ name: 'a' }), createTestSpan({ name: 'b' })];

  it('accepts each span the given number of times', async () => {
    await assertReceived(spans, () => ['b', 'a', 'other'], 1);
    await assertReceived(spans, async () => ['other'], 0);
    await assertReceived(spans, undefined, 1);
  });

  it('refuses a missing span and a duplicate', async () => {
    await expect(assertReceived(spans, () => ['a'], 1)).rejects.toThrow("the span 'b' arrives 1 time, not 0");
    await expect(assertReceived(spans, () => ['a', 'a', 'b'], 1)).rejects.toThrow(
      "'a' arrives 1 time, not 2",
    );
  });
});

it('assertCheckResolves refuses an incomplete check', async () => {
  const exporter = memory();
  await assertCheckResolves(exporter);
  for (const part of [{ name: '' }, { message: '' }, { status: 'fine' }]) {
    const check = async () => ({ ...(await exporter.check?.()), ...part }) as never;
    await expect(assertCheckResolves({ ...exporter, check })).rejects.toThrow(
      'a name, a status and a message',
    );
  }
});

it('assertResourcesReleased waits for a server to close', async () => {
  const before = countActiveResources();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, resolve));
  await expect(assertResourcesReleased(before, 0)).rejects.toThrow('TCPServerWrap');
  server.close();
  await assertResourcesReleased(before, 5_000);
});
