import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('the resource', () => {
  it('has the parts of the service', () => {
    const { recorded } = startTracing({
      service: { name: 'orders', version: '2', namespace: 'shop', environment: 'staging', instanceId: 'i-1' },
      resource: { attributes: { team: 'blue' } },
    });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'service.name': 'orders',
      'service.version': '2',
      'service.namespace': 'shop',
      'deployment.environment.name': 'staging',
      'service.instance.id': 'i-1',
      team: 'blue',
      'telemetry.distro.name': '@do/trace',
    });
  });

  it('describes the process', () => {
    const { recorded } = startTracing();
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'host.name': hostname(),
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('is redacted', () => {
    const { recorded } = startTracing({ resource: { attributes: { 'db.password': 'hunter2' } } });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes['db.password']).toBe('***');
  });

  it('has the attributes that a detector finds later, without an exporter that waits for them', async () => {
    const detect = () => ({
      attributes: { early: 1, late: Promise.resolve('found'), failed: Promise.reject() },
    });
    const { recorded } = startTracing({ resource: { detectors: [{ detect }] } });
    await new Promise(setImmediate);
    trace.span('work', () => {});
    const attributes = recorded.spans[0]?.resource.attributes;
    expect(attributes).toMatchObject({ early: 1, late: 'found' });
    expect(attributes).not.toHaveProperty('failed');
  });
});
