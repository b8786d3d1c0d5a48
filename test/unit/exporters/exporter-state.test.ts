import { TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/check.js';
import {
  createDisabledState,
  createNotStartedState,
  createRunningState,
} from '../../../src/exporters/exporter-state.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { makeSpan } from '../../support/spans.js';

const EMPTY = {
  ended: 0,
  unsampled: 0,
  queued: 0,
  spooled: 0,
  sent: 0,
  rejected: 0,
  dropped: {},
  retries: 0,
  bytes: 0,
};

describe('an exporter that is not started', () => {
  it('has empty statistics', () => {
    expect(createNotStartedState('otlp', 'http/json').stats()).toEqual({
      exporter: 'otlp',
      protocol: 'http/json',
      ...EMPTY,
    });
    expect(createNotStartedState('file').stats()).toEqual({ exporter: 'file', ...EMPTY });
  });

  it('returns a check that names init()', async () => {
    expect(await createNotStartedState('otlp').check()).toMatchObject({
      name: 'otlp',
      status: 'error',
      code: 'not_started',
      fix: 'Call init() first.',
      source: 'otlp',
    });
    expect(createNotStartedState('otlp').controls).toBeUndefined();
  });
});

describe('an exporter that is running', () => {
  it('has the statistics and controls of its delivery, and its own check', async () => {
    const { context } = createExporterContext();
    const delivery = context.deliver({ name: 'otlp', endpoint: new URL('http://localhost:9/v1/traces') });
    const check: Check = { name: 'otlp', status: 'ok', message: 'fine' };
    const state = createRunningState(delivery, async () => check);
    delivery.processor.onEnd(makeSpan());
    expect(state.stats()).toMatchObject({ exporter: 'otlp', ended: 1, queued: 1 });
    expect(state.controls?.isIdle()).toBe(false);
    state.controls?.rescue();
    expect(state.stats()).toMatchObject({ queued: 0, dropped: { shutdown: 1 } });
    expect(await state.check()).toBe(check);
  });
});

describe('an exporter that is disabled', () => {
  const diagnostic = { code: 'missing_key', message: 'no key', fix: 'Set KEY.', source: 'KEY' } as const;

  it('counts sampled spans as dropped', async () => {
    const state = createDisabledState('acme', 'http/protobuf', diagnostic);
    expect(state.stats().dropped).toEqual({});
    const context = { ...makeSpan().spanContext(), traceFlags: TraceFlags.NONE };
    for (const span of [makeSpan(), makeSpan({ context }), makeSpan()]) state.processor.onEnd(span);
    await state.processor.forceFlush();
    await state.processor.shutdown();
    expect(state.stats()).toEqual({
      exporter: 'acme',
      protocol: 'http/protobuf',
      ...EMPTY,
      ended: 3,
      unsampled: 1,
      dropped: { exporter_off: 2 },
      lastError: 'no key',
    });
    expect(state.controls).toBeUndefined();
  });

  it('returns the diagnostic as its check', async () => {
    const { check } = createDisabledState('acme', 'http/protobuf', diagnostic);
    expect(await check()).toEqual({ name: 'acme', status: 'error', ...diagnostic });
    const short = createDisabledState('acme', 'http/protobuf', { code: 'missing_key', message: 'no key' });
    expect(await short.check()).toEqual({
      name: 'acme',
      status: 'error',
      code: 'missing_key',
      message: 'no key',
    });
  });
});
