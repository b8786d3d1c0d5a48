import { trace as apiTrace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { SCOPE_NAME, VERSION } from '../../../src/core/version.js';
import { getActiveTracer, getForeignTracerProvider } from '../../../src/span/active-tracer.js';
import { startOwnTracing } from '../../support/providers.js';

afterEach(() => apiTrace.disable());

describe('the active tracer', () => {
  it('is missing without a provider', () => {
    expect([getActiveTracer(), getForeignTracerProvider()]).toEqual([undefined, undefined]);
  });

  it('is ours after init(), and missing after the shutdown', async () => {
    const tracing = startOwnTracing();
    expect(getActiveTracer()).toBe(globalState.tracer);
    expect(getActiveTracer()?.isForeign).toBe(false);
    await tracing.stop();
    expect(getActiveTracer()).toBeUndefined();
  });

  it('is that of a provider that another library registered, one object for each provider', () => {
    const first = new BasicTracerProvider();
    apiTrace.setGlobalTracerProvider(first);
    const tracer = getActiveTracer();
    expect(tracer?.isForeign).toBe(true);
    expect(tracer?.tracer).toBe(first.getTracer(SCOPE_NAME, VERSION));
    expect(getForeignTracerProvider()).toBe(first);
    expect(getActiveTracer()).toBe(tracer);
    apiTrace.disable();
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    expect(getActiveTracer()).not.toBe(tracer);
  });
});
