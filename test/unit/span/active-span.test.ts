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
