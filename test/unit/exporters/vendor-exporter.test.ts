import { TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { DeliveryOptions, Exporter } from '../../../src/exporters/exporter.js';
import { anyString } from '../../../src/exporters/option-validation.js';
import { createVendorExporter } from '../../../src/exporters/vendor-exporter.js';
import { trace } from '../../../src/index.js';
import { createExporterContext, startExporter } from '../../support/exporter-context.js';
import { problemCodesOf } from '../../support/problems-of.js';
import { makeSpan } from '../../support/spans.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

interface AcmeOptions {
  readonly apiKey?: string;
  readonly endpoint?: string;
  readonly delivery?: DeliveryOptions;
}

/** The exporter of a vendor with a required key. */
function acme(options: AcmeOptions = {}): Exporter {
  return createVendorExporter<AcmeOptions>({
    name: 'acme',
    options,
    fields: { apiKey: anyString, endpoint: anyString },
    maxChunkBytes: 1_000,
    resolve(settings) {
      const endpoint = settings.readEndpoint('endpoint', 'ACME_ENDPOINT') ?? 'https://acme.example/v1/traces';
      const key = settings.readKey(
        { pattern: /^k/, expected: 'a key that begins with k' },
        'apiKey',
        'ACME_KEY',
      );
      if (key === undefined) return settings.addMissing('apiKey', 'ACME_KEY');
      return {
        endpoint,
        headers: { 'x-key': key.value },
        url: ({ traceId }) => `https://acme.example/${traceId}`,
      };
    },
  });
}

describe('an exporter for a vendor', () => {
  it('delivers to the destination of its settings', () => {
    const exporter = acme({ apiKey: 'k1', endpoint: 'https://user:pass@proxy' });
    expect(exporter.endpoint).toBe('https://***@proxy/v1/traces');
    const { destination, reported } = startExporter(exporter);
    expect(destination).toMatchObject({
      name: 'acme',
      headers: { 'x-key': 'k1' },
      protocol: 'http/protobuf',
      maxChunkBytes: 1_000,
    });
    expect(destination?.endpoint.href).toBe('https://user:pass@proxy/v1/traces');
    expect(reported).toEqual([]);
    expect(exporter.endpoint).toBe('https://***@proxy/v1/traces');
  });

  it('delivers with its own options of delivery', () => {
    const delivery = { maxQueueBytes: 2_048, flushTimeoutMs: 70 };
    const { destination, members } = startExporter(acme({ apiKey: 'k1', delivery }));
    expect(destination?.delivery).toEqual(delivery);
    expect(members.flushTimeoutMs).toBe(70);
    expect(problemCodesOf(() => acme({ delivery: { timeoutMs: 1 } as object }))).toEqual([
      'unknown_option acme.delivery.timeoutMs',
    ]);
  });

  it('has a check and links before its start', async () => {
    const exporter = acme({ apiKey: 'k1' });
    expect(await exporter.check?.()).toMatchObject({ status: 'error', code: 'not_started', source: 'acme' });
    expect(exporter.url?.(IDS)).toBe(`https://acme.example/${IDS.traceId}`);
  });

  it('has no endpoint and no link while its key is unknown', () => {
    const exporter = acme();
    expect(exporter.endpoint).toBe('');
    expect(exporter.url?.(IDS)).toBeUndefined();
    startExporter(exporter, { env: { ACME_KEY: 'k1' } });
    expect(exporter.endpoint).toBe('https://acme.example/v1/traces');
    expect(exporter.url?.(IDS)).toBe(`https://acme.example/${IDS.traceId}`);
  });

  it('reports a problem that is not fatal, and starts', () => {
    const { url, captured } = startExporter(acme(), { env: { ACME_KEY: 'other' } });
    expect(url).toBe('https://acme.example/v1/traces');
    expect(captured).toMatchObject([{ level: 'warn', code: 'malformed_key', source: 'ACME_KEY' }]);
    expect(captured[0]?.message).not.toContain('disabled');
  });
});

describe('an exporter that a problem disables', () => {
  it('counts its spans as dropped', async () => {
    const exporter = acme();
    const { started, processor, destination, members } = startExporter(exporter);
    expect(destination).toBeUndefined();
    expect(members).toEqual({});
    processor.onEnd(makeSpan());
    processor.onEnd(makeSpan({ context: { ...IDS, traceFlags: TraceFlags.NONE } }));
    await processor.forceFlush();
    await processor.shutdown();
    expect(started.stats?.()).toMatchObject({
      exporter: 'acme',
      protocol: 'http/protobuf',
      ended: 2,
      unsampled: 1,
      sent: 0,
      dropped: { exporter_off: 1 },
      lastError: expect.stringContaining('ACME_KEY'),
    });
    expect(exporter.endpoint).toBe('off');
    expect(exporter.url?.(IDS)).toBeUndefined();
  });

  it('returns a check with the code, source and text of its diagnostic', async () => {
    const exporter = acme();
    const { captured } = startExporter(exporter);
    const [diagnostic] = captured;
    expect(captured).toHaveLength(1);
    expect(diagnostic).toMatchObject({ level: 'warn', code: 'missing_key', source: 'ACME_KEY' });
    expect(diagnostic?.message).toMatch(/^the exporter acme is disabled: ACME_KEY/);
    const { level: _, ...rest } = diagnostic ?? { level: 'warn' };
    expect(await exporter.check?.()).toEqual({ name: 'acme', status: 'error', ...rest });
  });

  it('reports its other problems without the consequence', () => {
    const { captured } = startExporter(acme({ apiKey: '' }), {
      env: { ACME_ENDPOINT: 'ftp://x', ACME_KEY: 'other' },
    });
    expect(captured.map(({ source, message }) => [source, message.includes('is disabled')])).toEqual([
      ['ACME_ENDPOINT', true],
      ['ACME_KEY', false],
    ]);
  });

  it('can start again with a corrected environment, and be disabled again', async () => {
    const exporter = acme();
    const { context } = createExporterContext();
    exporter.start(context);
    const started = exporter.start({ ...context, env: { ACME_KEY: 'k1' } });
    expect(exporter.endpoint).toBe('https://acme.example/v1/traces');
    expect(started.stats?.()).not.toHaveProperty('lastError');
    exporter.start(context);
    expect(exporter.endpoint).toBe('off');
    expect(await exporter.check?.()).toMatchObject({ status: 'error', code: 'missing_key' });
  });
});

describe('trace.check() with a disabled exporter', () => {
  isolateTracing();

  it('shows its problem once, as an error', async () => {
    const { lines } = startTracing({ exporter: acme() });
    expect(lines.filter(line => line.includes('ACME_KEY'))).toEqual([
      expect.stringMatching(/^the exporter acme is disabled: ACME_KEY: .* Set ACME_KEY\. \[missing_key\]$/),
    ]);
    const { ok, checks } = await trace.check();
    expect(ok).toBe(false);
    expect(checks.filter(({ source }) => source === 'ACME_KEY')).toMatchObject([
      { name: 'acme', status: 'error', code: 'missing_key', fix: 'Set ACME_KEY.' },
    ]);
  });
});

describe('options of an exporter for a vendor', () => {
  it('are refused all at once, unknown options first', () => {
    const options = { endpoint: 'ftp://x', apiKey: 5, apikey: 'k' };
    expect(problemCodesOf(() => acme(options as object))).toEqual([
      'unknown_option acme.apikey',
      'wrong_type acme.apiKey',
      'malformed_endpoint acme.endpoint',
    ]);
  });

  it.each([null, 'text', 42, []])('must be an object, not %j', options => {
    expect(problemCodesOf(() => acme(options as object))).toEqual(['wrong_type acme']);
  });
});

it('throws for an exporter that has neither a destination nor a problem', () => {
  const broken = createVendorExporter({ name: 'broken', options: {}, fields: {}, resolve: () => undefined });
  expect(() => broken.start(createExporterContext().context)).toThrow('no destination');
});
