import { resourceFromAttributes } from '@opentelemetry/resources';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import type { DestinationOptions } from '../../../src/delivery/index.js';
import type { DeliverOptions, ExporterContext } from '../../../src/exporters/exporter.js';
import { membersOf, resolveDestination, withExtras } from '../../../src/exporters/exporter-context.js';
import { DEFAULT_OTLP_SETTINGS } from '../../../src/exporters/otlp-settings.js';
import { internalMembersOf } from '../../../src/exporters/started-exporter.js';
import { collectDiagnostics } from '../../support/captured-diagnostics.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { errorTextOf, problemCodesOf } from '../../support/problems-of.js';
import { makeSpan, resource } from '../../support/spans.js';

const ENDPOINT = 'https://otlp.acme.example';

const resolve = (options: Partial<Record<keyof DeliverOptions, unknown>>): DestinationOptions =>
  resolveDestination(
    'acme',
    { endpoint: ENDPOINT, ...options } as DeliverOptions,
    collectDiagnostics().diagnostics,
  );

describe('the context of an exporter', () => {
  it('has the public members, and no others that can be listed', () => {
    const { context } = createExporterContext({ env: { ACME_KEY: 'k' } });
    expect(Object.keys(context).toSorted()).toEqual(['deliver', 'diagnostics', 'env', 'resource', 'service']);
    expect(context).toMatchObject({ service: 'orders', env: { ACME_KEY: 'k' }, resource });
  });

  it('delivers to the destination, under the name of the exporter or of the options', () => {
    const { context, destination } = createExporterContext({ name: 'acme' });
    const started = context.deliver({ endpoint: ENDPOINT });
    expect(destination()?.name).toBe('acme');
    started.processor.onEnd(makeSpan());
    expect(started.stats?.()).toMatchObject({ exporter: 'acme', ended: 1 });
    expect(internalMembersOf(started).buffer).toBeDefined();
    context.deliver({ endpoint: ENDPOINT, name: 'second' });
    expect(destination()?.name).toBe('second');
  });

  it('throws for mistakes in the options of deliver()', () => {
    const { context } = createExporterContext();
    expect(problemCodesOf(() => context.deliver({} as never))).toEqual(['wrong_type deliver.endpoint']);
    expect(problemCodesOf(() => context.deliver(undefined as never))).toEqual(['wrong_type deliver']);
  });
});

describe('the members for exporters of this package', () => {
  it('are those of init(), also in a copy by spread', () => {
    const { context } = createExporterContext({
      delivery: { intervalMs: 5 },
      otlp: { endpoint: 'http://collector/v1/traces' },
    });
    for (const each of [context, { ...context }]) {
      expect(membersOf(each)).toMatchObject({
        resource,
        delivery: { intervalMs: 5 },
        otlp: { endpoint: 'http://collector/v1/traces' },
      });
    }
  });

  it('have defaults for a context that the application made', () => {
    const context = {
      service: 'orders',
      resource: { attributes: { a: 1 } },
      env: {},
      diagnostics: globalState.diagnostics,
      deliver: () => expect.unreachable(),
    } as unknown as ExporterContext;
    const members = membersOf(context);
    expect(members).toMatchObject({ delivery: {}, otlp: DEFAULT_OTLP_SETTINGS });
    expect(members.diagnostics).toBe(globalState.diagnostics);
    expect(members.resource.attributes).toEqual(resourceFromAttributes({ a: 1 }).attributes);
    expect(members.deliveryStats()).toEqual({ exporters: [], lateCalls: 0 });
  });
});

describe('the destination of deliver()', () => {
  it.each([
    ['acme.example', 'http://acme.example:4318/v1/traces'],
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['https://acme.example/otlp/v1/traces', 'https://acme.example/otlp/v1/traces'],
  ])('completes the endpoint %s', (endpoint, expected) => {
    expect(resolve({ endpoint }).endpoint.href).toBe(expected);
  });

  it('uses a URL object without a change', () => {
    expect(resolve({ endpoint: new URL('https://acme.example/custom') }).endpoint.href).toBe(
      'https://acme.example/custom',
    );
    expect(resolve({ endpoint: { href: 'https://acme.example/x' } }).endpoint.href).toBe(
      'https://acme.example/x',
    );
  });

  it('shows the endpoint without secrets', () => {
    const { displayEndpoint } = resolve({ endpoint: 'https://me:s3cret@acme.example/v1/traces?key=s3cret' });
    expect(displayEndpoint).toContain('acme.example');
    expect(displayEndpoint).not.toContain('s3cret');
  });

  it('keeps headers, protocol, compression and delivery', () => {
    const headers = (): Record<string, string> => ({});
    const delivery = { intervalMs: 5 };
    expect(resolve({ headers, protocol: 'http/json', compression: 'none', delivery })).toMatchObject({
      name: 'acme',
      headers,
      protocol: 'http/json',
      compression: 'none',
      delivery,
    });
  });

  it('reads certificates from files', () => {
    const directory = mkdtempSync(join(tmpdir(), 'exporter-context-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'ca.pem');
    writeFileSync(path, 'PEM');
    expect(resolve({ tls: { ca: path } }).tls?.ca).toEqual(Buffer.from('PEM'));
    expect(resolve({}).tls).toBeUndefined();
  });

  it('names the option of a file that cannot be read', () => {
    const { diagnostics, captured } = collectDiagnostics();
    resolveDestination('acme', { endpoint: ENDPOINT, tls: { key: '/no/such/file' } }, diagnostics);
    expect(captured).toMatchObject([{ code: 'unreadable_file', source: 'acme.tls.key' }]);
  });

  it('takes the extras of exporters of this package, also through a copy', () => {
    const extras = { displayEndpoint: 'https://shown', maxChunkBytes: 4_096 };
    const options = { ...withExtras({ endpoint: ENDPOINT }, extras), name: 'copy' };
    expect(resolveDestination('acme', options, collectDiagnostics().diagnostics)).toMatchObject({
      ...extras,
      name: 'copy',
    });
  });

  it('throws one error for all mistakes, without secrets', () => {
    const run = (): unknown =>
      resolve({
        endpoint: '',
        name: '',
        headers: { 'api-key': 's3cret\n\nsplit' },
        protocol: 'grpc',
        compression: 'br',
        tls: { ca: 5 },
        delivery: { intervalMs: -1 },
      });
    expect(problemCodesOf(run).map(each => each.split(' ')[1])).toEqual([
      'deliver.endpoint',
      'deliver.name',
      'deliver.headers["api-key"]',
      'deliver.protocol',
      'deliver.compression',
      'deliver.tls.ca',
      'deliver.delivery.intervalMs',
    ]);
    expect(errorTextOf(run)).not.toContain('s3cret');
  });
});
