import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import {
  addEvent,
  getActiveSpan,
  getRootSpan,
  ids,
  recordError,
  setAttribute,
  setAttributes,
  url,
} from '../../../src/span/active-span.js';
import { suppress } from '../../../src/span/context-control.js';
import { runInSpan } from '../../../src/span/span.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe('the active span', () => {
  it('is missing without a provider', () => {
    for (const change of [
      () => setAttribute('a', 1),
      () => setAttributes({ a: 1 }),
      () => addEvent('e'),
      () => recordError(new Error('x')),
    ]) {
      expect(change).not.toThrow();
    }
    expect([getActiveSpan(), getRootSpan(), ids(), url()]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('gets attributes, events and errors, with values converted as in options', () => {
    tracing = startForeignTracing();
    runInSpan('work', undefined, () => {
      setAttribute('when', new Date(0));
      addEvent('done', { big: 10n });
      recordError(new RangeError('limit'));
    });
    const span = tracing.span('work');
    expect(span.attributes).toMatchObject({ when: '1970-01-01T00:00:00.000Z', 'error.type': 'RangeError' });
    expect(span.events[0]).toMatchObject({ name: 'done', attributes: { big: '10' } });
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('without ids has none for log records', () => {
    tracing = startOwnTracing();
    runInSpan('work', undefined, () => {
      expect(ids()?.traceId).toMatch(/^[0-9a-f]{32}$/);
      suppress(() =>
        runInSpan('quiet', undefined, () => expect([ids(), url()]).toEqual([undefined, undefined])),
      );
    });
  });

  it('reports an option of recordError that does not exist', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, () => recordError(new Error('x'), { handeld: true } as never)),
    );
    expect(captured).toMatchObject([{ code: 'argument_ignored', source: 'trace.recordError' }]);
  });

  it('may throw in its methods, which is reported', () => {
    tracing = startForeignTracing();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, span => {
        const fail = (): never => {
          throw new Error('foreign');
        };
        Object.assign(span, { setAttribute: fail, addEvent: fail });
        setAttribute('a', 1);
        addEvent('e');
      }),
    );
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['callback_failed', 'setting an attribute'],
      ['callback_failed', 'adding an event'],
    ]);
  });

  it('has a URL if the running set-up returns one for its ids', () => {
    tracing = startOwnTracing();
    const lifecycle = globalState.lifecycle!;
    globalState.lifecycle = { ...lifecycle, url: ({ traceId }) => `https://traces.example/${traceId}` };
    runInSpan('work', undefined, span => {
      expect(url()).toBe(`https://traces.example/${span.spanContext().traceId}`);
      expect(ids()?.sampled).toBe(true);
    });
  });

  it('url takes ids of another trace, and reports invalid ones', () => {
    tracing = startOwnTracing();
    const asked: unknown[] = [];
    globalState.lifecycle = { ...globalState.lifecycle!, url: given => `url ${asked.push(given)}` };
    const traceId = 'a'.repeat(32);
    const spanId = 'b'.repeat(16);
    expect([url({ traceId }), url({ traceId, spanId }), url()]).toEqual(['url 1', 'url 2', undefined]);
    expect(asked).toEqual([
      { traceId, spanId: undefined },
      { traceId, spanId },
    ]);
    const zeros = { traceId: '0'.repeat(32), spanId: '0'.repeat(16) };
    expect(captureDiagnostics(() => expect(url(zeros)).toBeUndefined())).toEqual([]);
    const odd = [
      5,
      'x',
      {},
      { traceId: 'x' },
      { traceId, spanId: '../' },
      { traceId: `${traceId}?`, spanId },
    ];
    const captured = captureDiagnostics(() =>
      expect(odd.map(given => url(given as never))).toEqual(odd.map(() => undefined)),
    );
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['argument_ignored', 'trace.url']]);
  });

  it.each([
    ['our provider', startOwnTracing],
    ['a foreign provider', startForeignTracing],
  ])('addEvent takes a time, on %s', (_, start) => {
    tracing = start();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, () => {
        addEvent('past', undefined, new Date(5_000));
        addEvent('pair', { a: 1 }, [7, 5]);
        addEvent('odd', { a: 1 }, 'yesterday' as never);
        addEvent('plain', undefined, undefined);
      }),
    );
    const events = tracing.span('work').events;
    expect(events.map(({ name }) => name)).toEqual(['past', 'pair', 'odd', 'plain']);
    expect([events[0]?.time, events[1]?.time]).toEqual([
      [5, 0],
      [7, 5],
    ]);
    expect(events[2]?.time[0]).toBeGreaterThan(1_000_000);
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.addEvent'],
    ]);
  });

  it('recordError takes attributes and handled, and reports odd options', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, () => {
        recordError(new Error('x'), { handled: true, attributes: { attempt: 2, when: new Date(0) } });
        recordError(new Error('y'), undefined);
        recordError(new Error('z'), { handled: 'yes', attributes: 5 } as never);
        recordError(new Error('z'), 'handled' as never);
      }),
    );
    const { events, status } = tracing.span('work');
    expect(events[0]?.attributes).toMatchObject({ attempt: 2, when: '1970-01-01T00:00:00.000Z' });
    expect([events.length, status.message]).toEqual([4, 'z']);
    expect(captured.map(({ source }) => source)).toEqual(Array(3).fill('trace.recordError'));
  });

  it('setAttribute reports an empty key or one that is no text', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, () => {
        setAttribute('', 1);
        setAttribute(Symbol('key') as never, 1);
      }),
    );
    expect(tracing.span('work').attributes).toEqual({});
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.setAttribute'],
    ]);
  });

  it('has a local root on both kinds of provider', async () => {
    for (const start of [startOwnTracing, startForeignTracing]) {
      const current = start();
      runInSpan('root', undefined, root =>
        runInSpan('child', undefined, () => expect(getRootSpan()).toBe(root)),
      );
      await current.stop();
    }
  });
});
