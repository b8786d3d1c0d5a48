import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { createSpanFunction, runInSpan } from '../../../src/span/span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const span = createSpanFunction(getActiveTracer);

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe('trace.span', () => {
  it('passes the no-op span to the function without a provider', () => {
    expect(span('work', given => given)).toBe(NOOP_SPAN);
    expect(span('work', { kind: 'server' }, given => given)).toBe(NOOP_SPAN);
  });

  it('takes the function as second or third argument', () => {
    tracing = startOwnTracing();
    expect(span('two', () => 2)).toBe(2);
    expect(span('three', { attributes: { a: 1 } }, () => 3)).toBe(3);
    expect(span('null', null as never, () => 4)).toBe(4);
    expect(tracing.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['two', {}],
      ['three', { a: 1 }],
      ['null', {}],
    ]);
  });
});

describe('runInSpan', () => {
  it('activates the span for the function only, and passes it as the argument', () => {
    tracing = startOwnTracing();
    const started = runInSpan('work', undefined, given => {
      expect(getActiveSpan()).toBe(given);
      return given.spanContext();
    });
    expect(getActiveSpan()).toBeUndefined();
    expect(tracing.span('work').spanContext()).toEqual(started);
  });

  it('records an exception, ends the span and rethrows it', () => {
    tracing = startOwnTracing();
    const error = new Error('broken');
    const run = (): never =>
      runInSpan('work', undefined, (): never => {
        throw error;
      });
    expect(run).toThrow(error);
    expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
  });
});
