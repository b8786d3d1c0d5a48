import { context, propagation } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import { createApiCopyDiagnostics } from '../../../src/setup/register-globals.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('a refused registration', () => {
  it('is reported', () => {
    propagation.setGlobalPropagator({ inject() {}, extract: ctx => ctx, fields: () => [] });
    const { lines } = startTracing();
    expect(lines.filter(line => line.endsWith('[registration_refused]'))).toHaveLength(1);
    expect(lines.join()).toContain('the propagator');
  });

  it('leaves the registered object in place at shutdown', async () => {
    const theirs = {
      inject: (_: unknown, carrier: Record<string, string>) => void (carrier['x'] = '1'),
      extract: <C>(ctx: C) => ctx,
      fields: () => [],
    };
    propagation.setGlobalPropagator(theirs as never);
    startTracing();
    await trace.shutdown();
    const carrier = {};
    propagation.inject(context.active(), carrier);
    expect(carrier).toEqual({ x: '1' });
  });
});

describe('createApiCopyDiagnostics', () => {
  it('names both copies', () => {
    expect(createApiCopyDiagnostics(undefined)).toEqual([]);
    const [diagnostic] = createApiCopyDiagnostics({
      application: { file: '/app/api.js', version: '1.10.0' },
      ours: { file: '/ours/api.js', version: '1.9.0' },
    });
    expect(diagnostic?.code).toBe('api_copies');
    expect(diagnostic?.message).toContain('/app/api.js (1.10.0)');
    expect(diagnostic?.message).toContain('/ours/api.js (1.9.0)');
  });
});
