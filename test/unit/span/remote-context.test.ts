import { ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import {
  canCarryContext,
  extractCarrier,
  hasCarrierShape,
  holdsHeaders,
} from '../../../src/span/remote-context.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterAll(() => tracing.stop());

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

class Message {
  readonly body = 'x';
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('extractCarrier', () => {
  it('returns the context of a carrier, or the base', () => {
    const context = extractCarrier({ traceparent }, ROOT_CONTEXT, 'trace.extract');
    expect(apiTrace.getSpanContext(context)?.spanId).toBe('b'.repeat(16));
    expect(extractCarrier({}, ROOT_CONTEXT, 'trace.extract')).toBe(ROOT_CONTEXT);
  });

  it('accepts missing headers and headers of untraced callers', () => {
    const captured = captureDiagnostics(() => {
      for (const carrier of [undefined, null, {}, [], new Map(), { 'x-delay': 5 }, process.env]) {
        expect(extractCarrier(carrier, ROOT_CONTEXT, 'trace.continue')).toBe(ROOT_CONTEXT);
      }
    });
    expect(captured).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['text', traceparent],
    ['a number', 7],
    ['a date', new Date()],
    ['a function', () => {}],
    ['a promise', Promise.resolve({ traceparent })],
    ['a span', NOOP_SPAN],
    ['a message instead of its headers', new Message()],
    ['a revoked proxy', revoked()],
  ])('reports %s', (_, carrier) => {
    const captured = captureDiagnostics(() =>
      expect(extractCarrier(carrier, ROOT_CONTEXT, 'trace.continue')).toBe(ROOT_CONTEXT),
    );
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'argument_ignored', 'trace.continue'],
    ]);
  });
});

describe('the shape of a carrier', () => {
  const values = [
    {},
    [],
    new Map(),
    new Headers(),
    { a: 'x' },
    { a: 1 },
    new Message(),
    new Date(),
    'x',
    revoked(),
  ];

  it('canCarryContext excludes spans, dates, functions and promises', () => {
    expect(values.map(canCarryContext)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([NOOP_SPAN, Promise.resolve(), () => {}].map(canCarryContext)).toEqual([false, false, false]);
  });

  it('hasCarrierShape includes lists, collections and literals', () => {
    expect(values.map(hasCarrierShape)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('holdsHeaders requires a value that can be a header', () => {
    const holding = [{}, [], new Map(), { a: 'x' }, { a: Buffer.from('x') }, { a: ['x'] }];
    const attributes = { traceparent: { DataType: 'String', StringValue: traceparent } };
    expect([...holding, attributes].map(holdsHeaders)).toEqual(Array(7).fill(true));
    expect([{ a: 1 }, { a: {} }, new Message(), revoked()].map(holdsHeaders)).toEqual(Array(4).fill(false));
    const lists = [[], ['a', 'x'], [['a', 'x']], [{ a: Buffer.from('x') }]];
    expect(lists.map(holdsHeaders)).toEqual(Array(4).fill(true));
    expect([[NOOP_SPAN], [undefined], [5]].map(holdsHeaders)).toEqual(Array(3).fill(false));
  });
});
