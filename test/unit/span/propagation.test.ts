import { context as apiContext, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import {
  childEnv,
  createContinue,
  extract,
  getBaggage,
  inject,
  withBaggage,
} from '../../../src/span/propagation.js';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const continueTrace = createContinue(getActiveTracer);
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe('propagation', () => {
  it('passes an extracted context on', () => {
    tracing = startOwnTracing();
    const remote = extract({ traceparent: TRACEPARENT });
    expect(apiTrace.getSpanContext(remote)).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
    apiContext.with(remote, () => {
      expect(inject()).toMatchObject({ traceparent: TRACEPARENT });
      expect(childEnv({})).toMatchObject({ TRACEPARENT });
    });
  });

  it('continue starts a span below the carrier and not below the active span', () => {
    tracing = startOwnTracing();
    continueTrace({ traceparent: TRACEPARENT }, 'outer', () => {
      continueTrace({}, 'inner', { attributes: { a: 1 } }, () => {});
    });
    expect(tracing.span('outer').parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(tracing.span('inner').parentSpanContext).toBeUndefined();
    expect(tracing.span('inner').attributes).toEqual({ a: 1 });
  });

  it('without a provider the work runs, and there is no span', () => {
    expect(continueTrace({ traceparent: TRACEPARENT }, 'work', () => getActiveSpan())).toBeUndefined();
    expect(withBaggage({ a: 'b' }, () => 7)).toBe(7);
    expect(getBaggage()).toEqual({});
    expect(inject({})).toEqual({});
    expect(extract({})).toBe(ROOT_CONTEXT);
  });

  it('continue keeps the attributes and the suppression around it, and neither the span nor the baggage', () => {
    tracing = startOwnTracing();
    trace.withAttributes({ tenant: 'acme' }, () =>
      withBaggage({ secret: 'x' }, () =>
        trace.span('outer', () => {
          continueTrace({}, 'continued', () => expect(getBaggage()).toEqual({}));
          trace.suppress(() => continueTrace({ traceparent: TRACEPARENT }, 'silent', () => {}));
        }),
      ),
    );
    expect(tracing.span('continued')).toMatchObject({ attributes: { tenant: 'acme' } });
    expect(tracing.span('continued').parentSpanContext).toBeUndefined();
    expect(tracing.spans().map(({ name }) => name)).toEqual(['continued', 'outer']);
  });

  it('continue reports the options root and parent, and ignores them', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() => {
      continueTrace(
        { traceparent: TRACEPARENT },
        'work',
        { root: true, attributes: { a: 1 } } as never,
        () => {},
      );
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['span_options_conflict', 'trace.continue'],
    ]);
    expect(tracing.span('work')).toMatchObject({ attributes: { a: 1 } });
    expect(tracing.span('work').parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('continue ignores a getter of its options that throws', () => {
    tracing = startOwnTracing();
    const options = {
      get root(): never {
        throw new Error('getter');
      },
    };
    captureDiagnostics(() => expect(continueTrace({}, 'work', options as never, () => 7)).toBe(7));
    tracing.span('work');
  });

  it.each<[string, unknown]>([
    ['a date', new Date()],
    ['a function', () => {}],
    ['a promise', Promise.resolve({})],
    ['text', 'x'],
    ['a frozen object', Object.freeze({})],
  ])('inject returns %s unchanged, and reports it', (_, carrier) => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      trace.span('work', () => expect(inject(carrier as never) === carrier).toBe(true)),
    );
    expect(
      captured.filter(({ level }) => level === 'warn').map(({ code, source }) => [code, source]),
    ).toEqual([['argument_ignored', 'trace.inject']]);
    if (typeof carrier === 'object') expect(Object.keys(carrier ?? {})).toEqual([]);
  });

  it('inject returns a span unchanged, and fills a frozen map', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      trace.span('work', span => {
        expect(inject(span as never)).toBe(span);
        expect(inject(Object.freeze(new Map<string, string>())).size).toBe(1);
      }),
    );
    expect(captured.map(({ source }) => source)).toEqual(['trace.inject']);
  });

  it('withBaggage removes an entry with undefined, converts numbers, and reports other values', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      withBaggage({ a: '1', b: '2' }, () =>
        withBaggage({ a: undefined, c: 3 as never, d: {} as never, e: Symbol('e') as never }, () =>
          expect(getBaggage()).toEqual({ b: '2', c: '3' }),
        ),
      ),
    );
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.withBaggage'],
    ]);
  });

  it('withBaggage runs the work without entries that are no object', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() => {
      for (const odd of [undefined, 5, 'x', [], new Map([['a', 'b']])]) {
        expect(withBaggage(odd as never, () => 7)).toBe(7);
      }
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.withBaggage'],
    ]);
  });

  it('withBaggage takes 10,000 entries in linear time', () => {
    tracing = startOwnTracing();
    const entries = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, 'x']));
    withBaggage(entries, () => expect(Object.keys(getBaggage())).toHaveLength(10_000));
  });

  it('childEnv uses the environment of the process for a value that is no object', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() => expect(childEnv(5 as never)).toEqual({ ...process.env }));
    expect(captured.map(({ source }) => source)).toEqual(['trace.childEnv']);
  });

  it('reports baggage entries that cannot be read, and runs the work', () => {
    tracing = startOwnTracing();
    const entries = {
      get bad(): string {
        throw new Error('getter');
      },
    };
    const captured = captureDiagnostics(() => expect(withBaggage(entries, () => 7)).toBe(7));
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['callback_failed', 'the entries of trace.withBaggage'],
    ]);
  });
});
