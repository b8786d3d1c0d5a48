import { ProxyTracer, trace as apiTrace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { globalState, type Lifecycle } from '../../../src/core/global-state.js';
import { check, flush, getTracer, shutdown, stats } from '../../../src/span/lifecycle.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';

const previous = globalState.diagnostics;
afterEach(() => {
  globalState.lifecycle = undefined;
  globalState.diagnostics = previous;
  apiTrace.disable();
});

describe('without init()', () => {
  it('flush, shutdown and stats return empty statistics', async () => {
    expect([await flush(), await shutdown(), stats()]).toEqual([
      { exporters: [], lateCalls: 0 },
      { exporters: [], lateCalls: 0 },
      { exporters: [], lateCalls: 0 },
    ]);
  });

  it('flush and shutdown report an option that does not exist', async () => {
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    await flush({ timeout: 5 } as never);
    await shutdown({ timeoutMs: 5, wait: true } as never);
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.flush'],
      ['argument_ignored', 'trace.shutdown'],
    ]);
  });

  it('check reports that tracing has not started', async () => {
    expect(await check()).toEqual({
      ok: false,
      checks: [
        expect.objectContaining({ status: 'error', code: 'not_started', fix: expect.stringMatching(/\.$/) }),
      ],
    });
  });

  it('flush calls the forceFlush of a foreign provider', async () => {
    let flushed = 0;
    apiTrace.setGlobalTracerProvider(
      Object.assign(new BasicTracerProvider(), { forceFlush: async () => void flushed++ }),
    );
    await flush();
    expect(flushed).toBe(1);
  });

  it('flush reports a foreign forceFlush that rejects, and resolves', async () => {
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    apiTrace.setGlobalTracerProvider(
      Object.assign(new BasicTracerProvider(), { forceFlush: () => Promise.reject(new Error('full')) }),
    );
    expect(await flush()).toEqual({ exporters: [], lateCalls: 0 });
    expect(captured).toEqual([
      expect.objectContaining({ code: 'callback_failed', message: expect.stringContaining('full') }),
    ]);
  });

  it('getTracer returns the tracer of the API', () => {
    expect(getTracer('a')).toBeInstanceOf(ProxyTracer);
  });

  it('getTracer passes the version and the schema URL on, and reports odd values', () => {
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    const scopeOf = (tracer: unknown): unknown =>
      (tracer as { instrumentationScope: unknown }).instrumentationScope;
    expect(scopeOf(getTracer('a', '1', { schemaUrl: 'https://a.example' }))).toEqual({
      name: 'a',
      version: '1',
      schemaUrl: 'https://a.example',
    });
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    expect(scopeOf(getTracer(Symbol('a') as never, 1 as never, { schemaUrl: 5 } as never))).toEqual({
      name: 'Symbol(a)',
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual(
      Array.from({ length: 3 }, () => ['argument_ignored', 'trace.getTracer']),
    );
  });
});

describe('with a running set-up', () => {
  const calls: unknown[] = [];
  const record =
    (name: string, result?: unknown) =>
    async (options?: unknown): Promise<unknown> => {
      calls.push([name, options]);
      return result;
    };
  const lifecycle = {
    flush: record('flush', 'flushed'),
    shutdown: record('shutdown', 'shut down'),
    check: record('check', 'checked'),
    stats: () => 'stats',
  } as unknown as Lifecycle;

  it('the functions call it with their options', async () => {
    globalState.lifecycle = lifecycle;
    const limit = { timeoutMs: 5 };
    expect([await flush(limit), await shutdown(limit), await check(), stats()]).toEqual([
      'flushed',
      'shut down',
      'checked',
      'stats',
    ]);
    expect(calls).toEqual([
      ['flush', limit],
      ['shutdown', limit],
      ['check', undefined],
    ]);
  });

  it('limits that are no number of milliseconds are reported, and the default applies', async () => {
    globalState.lifecycle = lifecycle;
    calls.length = 0;
    const { diagnostics, captured } = collectDiagnostics();
    globalState.diagnostics = diagnostics;
    for (const limit of [{ timeoutMs: '5' }, { timeoutMs: Number.NaN }, { timeoutMs: -1 }, 5, 'x', null]) {
      await flush(limit as never);
    }
    await flush({ timeoutMs: Infinity });
    await flush({ timeoutMs: undefined });
    expect(calls.map(call => (call as [string, unknown])[1])).toEqual([
      ...Array.from({ length: 6 }, () => ({})),
      { timeoutMs: 2 ** 31 - 1 },
      {},
    ]);
    expect(captured.map(({ code, source }) => [code, source])).toEqual(
      Array.from({ length: 2 }, () => ['argument_ignored', 'trace.flush']),
    );
  });

  it('check reports its own failure', async () => {
    globalState.lifecycle = { ...lifecycle, check: () => Promise.reject(new Error('broken')) };
    expect(await check()).toEqual({
      ok: false,
      checks: [
        expect.objectContaining({
          status: 'error',
          code: 'check_failed',
          message: expect.stringContaining('Error: broken'),
        }),
      ],
    });
  });
});
