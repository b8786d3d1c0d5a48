import { afterEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { bind, detached, drop, keep, suppress } from '../../../src/span/context-control.js';
import { runInSpan } from '../../../src/span/span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

describe('without a provider', () => {
  it('bind returns the function itself, and detached and suppress call it', () => {
    const fn = (): number => 7;
    expect(bind(fn)).toBe(fn);
    expect([detached(fn), suppress(fn)]).toEqual([7, 7]);
    expect(() => [keep(), drop()]).not.toThrow();
  });
});

describe('bind', () => {
  it('runs in the context of the call to bind', () => {
    tracing = startOwnTracing();
    const [span, bound] = runInSpan('work', undefined, span => [span, bind(() => getActiveSpan())] as const);
    expect(bound()?.spanContext()).toEqual(span.spanContext());
  });

  it('runs without a context after the shutdown', async () => {
    tracing = startOwnTracing();
    const bound = runInSpan('work', undefined, () => bind((a: number) => [a, getActiveSpan()]));
    await tracing.stop();
    tracing = undefined;
    expect(bound(1)).toEqual([1, undefined]);
  });
});

describe('keep and drop', () => {
  it('override the sampling of the active trace', () => {
    tracing = startOwnTracing();
    const overrides: [string, string][] = [];
    globalState.lifecycle = {
      ...globalState.lifecycle!,
      overrideSampling: (traceId, decision) => void overrides.push([traceId, decision]),
    };
    const { traceId } = runInSpan('work', undefined, span => {
      keep();
      drop();
      return span.spanContext();
    });
    keep();
    expect(overrides).toEqual([
      [traceId, 'keep'],
      [traceId, 'drop'],
    ]);
  });
});
