import { describe, expect, it } from 'vitest';
import { createDestination } from '../../../../src/delivery/destination/create-destination.js';
import type { DestinationOptions } from '../../../../src/delivery/destination/destination-options.js';
import { type DeliveryOptions, resolveDelivery } from '../../../../src/delivery/options.js';
import { collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { FakeBackend } from '../../../support/fake-backend.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../../../support/memory-file-system.js';
import { resource } from '../../../support/spans.js';
import { VirtualTime } from '../../../support/virtual-time.js';

const OVERSIZED = 'too_large';

function start(options: DeliveryOptions, destination: Partial<DestinationOptions> = {}) {
  const time = new VirtualTime();
  const backend = new FakeBackend(time);
  const fileSystem = new MemoryFileSystem();
  const { diagnostics, captured } = collectDiagnostics();
  const shared = {
    options,
    resource,
    diagnostics,
    clock: time,
    timers: time,
    random: () => 0.5,
    fileSystem,
    segmentOwners: new FakeSegmentOwners('me'),
    env: {},
  };
  const created = createDestination(
    {
      name: 'otlp',
      endpoint: new URL('http://user:secret@host.test:4318/v1/traces'),
      transport: backend,
      ...destination,
    },
    shared,
    resolveDelivery(options),
  );
  return { created, backend, fileSystem, captured, time };
}

describe('createDestination', () => {
  it('masks the secrets of the endpoint in messages', () => {
    const { created, captured } = start({});
    created.countEnded(true);
    created.countDropped(OVERSIZED);
    expect(captured[0]).toMatchObject({ code: 'span_too_large', source: 'otlp' });
    expect(captured[0]?.message).toContain('host.test:4318');
    expect(captured[0]?.message).not.toContain('secret');
  });

  it('uses the given endpoint in messages', () => {
    const { created, captured } = start({}, { displayEndpoint: '/var/log/traces.jsonl' });
    created.countEnded(true);
    created.countDropped(OVERSIZED);
    expect(captured[0]?.message).toContain('otlp (/var/log/traces.jsonl)');
  });

  it('has the encoding http/protobuf, and none with another transport', () => {
    expect(start({}).created.stats().protocol).toBeUndefined();
    expect(start({}, { protocol: 'http/json' }).created.stats().protocol).toBe('http/json');
    const { created } = start({}, { transport: undefined as never });
    expect(created.stats().protocol).toBe('http/protobuf');
    created.rescue();
  });

  it('opens a spool in a separate directory for each endpoint and name', () => {
    const spool = '/spool';
    const directories = [
      start({ spool }, { name: 'my exporter' }),
      start({ spool }, { name: 'other' }),
      start({ spool }, { name: 'other', endpoint: new URL('http://elsewhere.test/v1/traces') }),
    ].map(({ fileSystem }) => [...fileSystem.files.keys()][0]?.split('/').slice(0, -1).join('/'));
    expect(directories[0]).toMatch(/^\/spool\/my-exporter-[0-9a-f]{8}$/);
    expect(new Set(directories).size).toBe(3);
  });

  it('opens no spool by default', () => {
    expect(start({}).fileSystem.files.size).toBe(0);
  });
});
