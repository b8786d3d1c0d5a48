import { createContextKey, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState, type OwnTracer } from '../../../src/core/global-state.js';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { drop, keep, keepTrace } from '../../../src/span/override-sampling.js';
import { runInSpan } from '../../../src/span/span.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

/** Records the overrides, and lets `drop` fail. */
function recordOverrides(): [string, string][] {
  const overrides: [string, string][] = [];
  globalState.lifecycle = {
    ...globalState.lifecycle!,
    overrideSampling(span, decision) {
      overrides.push([span.spanContext().spanId, decision]);
      return decision === 'keep';
    },
  };
  return overrides;
}

describe('keep and drop', () => {
  it('return false without a provider and without an active span', () => {
    expect([keep(), drop()]).toEqual([false, false]);
    tracing = startOwnTracing();
    expect([keep(), drop()]).toEqual([false, false]);
  });

  it('override the sampling of the active trace, and return whether that holds', () => {
    tracing = startOwnTracing();
    const overrides = recordOverrides();
    const spanId = runInSpan('work', undefined, span => {
      expect([keep(), drop()]).toEqual([true, false]);
      return span.spanContext().spanId;
    });
    expect(overrides).toEqual([
      [spanId, 'keep'],
      [spanId, 'drop'],
    ]);
  });

  it('return false with a foreign provider, and report it once', () => {
    tracing = startForeignTracing();
    const captured = captureDiagnostics(() =>
      runInSpan('work', undefined, () => expect([keep(), drop()]).toEqual([false, false])),
    );
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['warn', 'override_unavailable']]);
  });
});

describe('keepTrace', () => {
  const KEY = createContextKey('kept');

  it('keeps the trace of a local parent, and a new trace through the context', () => {
    tracing = startOwnTracing();
    const overrides = recordOverrides();
    const tracer: OwnTracer = {
      ...globalState.tracer!,
      keepNewTraces: context => context.setValue(KEY, true),
    };
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0, isRemote: true };
    for (const context of [ROOT_CONTEXT, apiTrace.setSpanContext(ROOT_CONTEXT, remote)]) {
      expect(keepTrace(tracer, context).getValue(KEY)).toBe(true);
    }
    runInSpan('work', undefined, () => {
      const active = tracer.contextManager.active();
      expect(keepTrace(tracer, active)).toBe(active);
    });
    expect(overrides).toEqual([[tracing.span('work').spanContext().spanId, 'keep']]);
  });

  it('reports that it has no effect with a foreign provider', () => {
    tracing = startForeignTracing();
    const captured = captureDiagnostics(() => keepTrace(getActiveTracer()!, ROOT_CONTEXT));
    expect(captured.map(({ code }) => code)).toEqual(['override_unavailable']);
  });
});
