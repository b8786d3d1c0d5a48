import { describe, expect, it } from 'vitest';
import type { TransportResult, Transport } from '../../../../src/delivery/transport.js';
import { spanNames } from '../../../support/span-names.js';
import { makeSpan } from '../../../support/spans.js';
import { balance, makeWorld, MemoryFiles } from '../../../support/delivery-fixture.js';

/** A transport that answers nothing in time, and takes what is handed over at once. */
function synchronous(outcome: TransportResult): { transport: Transport; taken: string[] } {
  const taken: string[] = [];
  const transport: Transport = {
    send: () => new Promise(() => undefined),
    sendSync(body) {
      if (outcome.kind === 'success') taken.push(...spanNames(body));
      return outcome;
    },
    hold: () => undefined,
    close: () => undefined,
  };
  return { transport, taken };
}

const full: TransportResult = {
  kind: 'failure',
  code: 'ENOSPC',
  message: 'no space',
  explanation: 'there is no room; make some',
  isRequestSent: false,
  wireBytes: 0,
};

describe('the last moment of a process', () => {
  it('hands over what is left where the transport takes it at once, what is under way first', async () => {
    const { transport, taken } = synchronous({ kind: 'success', wireBytes: 10 });
    const { delivery, time, messages } = makeWorld({}, { transport });
    delivery.processor.onEnd(makeSpan({ name: 'under way' }));
    await time.advance(2_000);
    delivery.processor.onEnd(makeSpan({ name: 'open' }));
    delivery.rescue();
    expect(taken).toEqual(['under way', 'open']);
    expect(delivery.stats()).toMatchObject({ sent: 2, queued: 0, dropped: {}, bytes: 20 });
    expect(messages).toEqual([]);
  });

  it('counts what could not be handed over, and says why', () => {
    const { delivery, messages } = makeWorld({}, { transport: synchronous(full).transport });
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { shutdown: 1 } });
    expect(delivery.stats().lastError).toContain('there is no room; make some');
    expect(messages.join('\n')).toMatch(/there is no room; make some\nwarn: .* 1 span was lost at the end/);
  });

  it('puts onto the disk what could not be handed over', () => {
    const fileSystem = new MemoryFiles();
    const options = { spool: '/spool' };
    const { delivery } = makeWorld(options, { transport: synchronous(full).transport, fileSystem });
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ spooled: 1, dropped: {} });
    expect(balance(delivery.stats())).toEqual([1, 1]);
  });

  it('leaves nothing in the spool of what was handed over', async () => {
    const fileSystem = new MemoryFiles();
    const { transport, taken } = synchronous({ kind: 'success', wireBytes: 10 });
    const options = { spool: { directory: '/spool', mode: 'always' as const } };
    const { delivery, time } = makeWorld(options, { transport, fileSystem });
    delivery.processor.onEnd(makeSpan({ name: 'work' }));
    await time.advance(2_000);
    delivery.rescue();
    expect(taken).toEqual(['work']);
    expect(delivery.stats()).toMatchObject({ sent: 1, spooled: 0 });
    expect(fileSystem.files.size).toBe(0);
  });
});

describe('a chunk that cannot be sent', () => {
  it('is dropped and said, and the next one goes on', async () => {
    let tries = 0;
    const transport: Transport = {
      send: async () =>
        ++tries === 1
          ? { kind: 'encoding_failure', message: 'a chunk cannot be written as JSON', wireBytes: 0 }
          : { kind: 'success', wireBytes: 5 },
      hold: () => undefined,
      close: () => undefined,
    };
    const { delivery, time, messages } = makeWorld({}, { transport });
    for (let i = 0; i < 2; i++) {
      delivery.processor.onEnd(makeSpan());
      await time.advance(2_000);
    }
    expect(delivery.stats()).toMatchObject({ sent: 1, dropped: { unreadable: 1 }, queued: 0 });
    expect(messages).toEqual([
      expect.stringContaining('a chunk cannot be written as JSON; the spans were dropped'),
    ]);
  });
});
