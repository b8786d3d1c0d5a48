import { trace as apiTrace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('update() after init({ enabled: false })', () => {
  it('creates and exports spans from the first enabled: true on', async () => {
    const { handle, recorded, lines } = startTracing({ enabled: false });
    trace.span('before', () => {});
    handle.update({ enabled: true });
    expect(handle.config.enabled).toBe(true);
    trace.span('during', () => {});
    handle.update({ enabled: false });
    trace.span('between', () => {});
    handle.update({ enabled: true });
    trace.span('again', () => {});
    expect(recorded.spans.map(({ name }) => name)).toEqual(['during', 'again']);
    expect(await handle.shutdown()).toMatchObject({ exporters: [{ ended: 2, sent: 2 }] });
    expect(lines.filter(line => line.includes('[update_unavailable]'))).toEqual([]);
  });

  it('applies a sampling that was changed before', () => {
    const { handle, recorded } = startTracing({ enabled: false, sample: 1 });
    handle.update({ sample: 0 });
    handle.update({ enabled: true });
    trace.span('left out', () => {});
    handle.update({ sample: 1 });
    trace.span('exported', () => {});
    expect(recorded.spans.map(({ name }) => name)).toEqual(['exported']);
  });

  it('is stopped by the handle, and a later update starts nothing', async () => {
    const { handle, recorded } = startTracing({ enabled: false });
    await handle.shutdown();
    handle.update({ enabled: true });
    trace.span('left out', () => {});
    expect(recorded.spans).toEqual([]);
    const second = startTracing({ enabled: false });
    second.handle.update({ enabled: true });
    await trace.shutdown();
    second.handle.update({ enabled: true });
    trace.span('left out', () => {});
    expect(second.recorded.spans).toEqual([]);
  });

  it('reports a provider that another library registered in the meantime', () => {
    const { handle, lines } = startTracing({ enabled: false });
    apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
    handle.update({ enabled: true });
    expect(lines.filter(line => line.endsWith('[registration_refused]'))).toHaveLength(1);
  });
});
