import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/delivery/index.js';
import type { StartedExporter } from '../../../src/exporters/exporter.js';
import { emptyStats } from '../../../src/exporters/exporter-state.js';
import {
  internalMembersOf,
  startedDelivery,
  withInternalMembers,
} from '../../../src/exporters/started-exporter.js';
import type { SpanBuffer } from '../../../src/spans/span-buffer.js';
import { processorWith } from '../../support/start-tracing.js';

const buffer: SpanBuffer = { buffer: () => undefined, release() {}, discard() {}, skip() {} };

describe('the further members', () => {
  const processor = processorWith();
  const started = withInternalMembers({ processor }, { processor, buffer, sees: 'every', flushTimeoutMs: 5 });

  it('cannot be listed by name', () => {
    expect(Object.keys(started)).toEqual(['processor']);
  });

  it('are found on the object and on a copy by spread', () => {
    for (const each of [started, { ...started }, { ...started, flush: async () => {} }]) {
      expect(internalMembersOf(each)).toEqual({ processor, buffer, sees: 'every', flushTimeoutMs: 5 });
    }
  });

  it('are found by another copy of this package, through the registered symbol', () => {
    const [symbol] = Object.getOwnPropertySymbols(started);
    expect(symbol && Symbol.keyFor(symbol)).toBe('@do/trace/started-exporter');
  });

  it('have no buffer if the application has put another processor in front', () => {
    expect(internalMembersOf({ ...started, processor: processorWith() })).toEqual({
      processor,
      sees: 'every',
      flushTimeoutMs: 5,
    });
  });

  it('are none on an exporter of the application', () => {
    expect(internalMembersOf({ processor })).toEqual({});
  });

  it('do not change the object that they are added to', () => {
    const plain: StartedExporter = { processor };
    withInternalMembers(plain, { processor });
    expect(internalMembersOf(plain)).toEqual({});
  });
});

describe('the running exporter of a delivery', () => {
  it('calls the delivery', async () => {
    const calls: unknown[] = [];
    const stats = { ...emptyStats('acme'), ended: 7 };
    const delivery = {
      processor: processorWith(),
      buffer,
      flushTimeoutMs: 5,
      flush: async (timeoutMs?: number) => void calls.push(['flush', timeoutMs]),
      shutdown: async (timeoutMs?: number) => void calls.push(['shutdown', timeoutMs]),
      stats: () => stats,
      rescue: () => void calls.push(['rescue']),
      isIdle: () => true,
    } as unknown as Delivery;
    const started = startedDelivery(delivery);
    const members = internalMembersOf(started);
    expect(started.processor).toBe(delivery.processor);
    await started.flush?.({ timeoutMs: 10 });
    await started.shutdown?.({ timeoutMs: 20 });
    members.rescue?.();
    expect(calls).toEqual([['flush', 10], ['shutdown', 20], ['rescue']]);
    expect(started.stats?.()).toBe(stats);
    expect(members).toMatchObject({ processor: delivery.processor, buffer, flushTimeoutMs: 5 });
    expect(members.isIdle?.()).toBe(true);
    expect(members.sees).toBeUndefined();
  });
});
