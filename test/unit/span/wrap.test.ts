import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { createWrapFunction, traceFunction } from '../../../src/span/wrap.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const wrap = createWrapFunction(getActiveTracer);

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

describe('wrap', () => {
  it('returns a value that is not a function', () => {
    captureDiagnostics(() => expect(wrap('x', 7 as never)).toBe(7));
  });

  it('combines fixed attributes with the other options', () => {
    wrap('work', () => 1, { attributes: { a: 1 }, kind: 'client' })();
    expect(tracing.span('work')).toMatchObject({ attributes: { a: 1 }, kind: 2 });
  });

  it('uses the other options if the attributes function returns nothing', () => {
    wrap('work', () => 1, { attributes: () => undefined as never, kind: 'client' })();
    expect(tracing.span('work')).toMatchObject({ attributes: {}, kind: 2 });
  });
});

describe('traceFunction', () => {
  it('computes the span name from this', () => {
    const traced = traceFunction(
      self => `of ${(self as { id: number }).id}`,
      () => 1,
      undefined,
      getActiveTracer,
    );
    Reflect.apply(traced, { id: 7 }, []);
    tracing.span('of 7');
  });
});
