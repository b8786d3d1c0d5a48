import { TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { disabledExporter, emptyStats, notStartedCheck } from '../../../src/exporters/exporter-state.js';
import { makeSpan } from '../../support/spans.js';

const EMPTY = {
  ended: 0,
  unsampled: 0,
  held: 0,
  queued: 0,
  spooled: 0,
  sent: 0,
  rejected: 0,
  dropped: {},
  retries: 0,
  bytes: 0,
};

it('the statistics of an exporter without spans are 0', () => {
  expect(emptyStats('file')).toEqual({ exporter: 'file', ...EMPTY });
});

it('the check of an exporter that is not started names init()', async () => {
  expect(await notStartedCheck('otlp')).toMatchObject({
    name: 'otlp',
    status: 'error',
    code: 'not_started',
    fix: 'Call init() first.',
    source: 'otlp',
  });
});

describe('an exporter that is disabled', () => {
  const diagnostic = { code: 'missing_key', message: 'no key', fix: 'Set KEY.', source: 'KEY' } as const;

  it('counts sampled spans as dropped', async () => {
    const { started } = disabledExporter('acme', 'http/protobuf', diagnostic);
    expect(started.stats?.().dropped).toEqual({});
    const context = { ...makeSpan().spanContext(), traceFlags: TraceFlags.NONE };
    for (const span of [makeSpan(), makeSpan({ context }), makeSpan()]) started.processor.onEnd(span);
    await started.processor.forceFlush();
    await started.processor.shutdown();
    expect(started.stats?.()).toEqual({
      exporter: 'acme',
      protocol: 'http/protobuf',
      ...EMPTY,
      ended: 3,
      unsampled: 1,
      dropped: { exporter_off: 2 },
      lastError: 'no key',
    });
  });

  it('returns the diagnostic as its check', async () => {
    const { check } = disabledExporter('acme', 'http/protobuf', diagnostic);
    expect(await check()).toEqual({ name: 'acme', status: 'error', ...diagnostic });
    const short = disabledExporter('acme', 'http/protobuf', { code: 'missing_key', message: 'no key' });
    expect(await short.check()).toEqual({
      name: 'acme',
      status: 'error',
      code: 'missing_key',
      message: 'no key',
    });
  });
});
