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
