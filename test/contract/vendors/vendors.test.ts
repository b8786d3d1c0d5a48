// Every exporter for a vendor against the rules in the vendor's documentation, with spans of every kind.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { datadog, elastic, grafana, honeycomb, jaeger, newRelic } from '../../../src/exporters/index.js';
import { createExporterContext, deliverSpans, type TestContext } from '../../support/exporter-context.js';
import { makeSpan } from '../../support/spans.js';
import { type Rule, type Vendor, VENDORS } from './rules.js';
import { startVendor, type VendorServer } from './server.js';

/** Creates the exporter for each intake. */
const FACTORIES: Readonly<Record<keyof typeof VENDORS, (endpoint: string, key: string) => Exporter>> = {
  jaeger: endpoint => jaeger({ endpoint }),
  datadogAgent: agent => datadog({ agent }),
  datadog: (endpoint, apiKey) => datadog({ endpoint, apiKey }),
  honeycomb: (endpoint, apiKey) => honeycomb({ endpoint, apiKey }),
  honeycombClassic: (endpoint, apiKey) => honeycomb({ endpoint, apiKey, dataset: 'shop' }),
  newRelic: (endpoint, licenseKey) => newRelic({ endpoint, licenseKey }),
  elastic: (endpoint, apiKey) => elastic({ endpoint, apiKey }),
  elasticServer: (endpoint, secretToken) => elastic({ endpoint, secretToken }),
  grafanaCloud: (endpoint, token) => grafana({ endpoint: `${endpoint}/otlp`, token, instanceId: '123456' }),
  tempo: endpoint => grafana({ endpoint, tenant: 'shop' }),
};

const CASES = Object.entries(VENDORS).map(([name, vendor]) => ({
  name: vendor.name,
  vendor: vendor as Vendor,
  create: FACTORIES[name as keyof typeof VENDORS],
}));

let server: VendorServer;
afterEach(() => server.close());

async function start(vendor: Vendor, key?: string, delivery?: DeliveryOptions): Promise<TestContext> {
  server = await startVendor(vendor, key);
  return createExporterContext(delivery === undefined ? {} : { delivery });
}

const SPANS = ['one', 'two', 'three'].map(name => makeSpan({ name }));

/** Creates a span above every limit of every vendor. */
function oversizedSpan(name: string): ReadableSpan {
  const many = Object.fromEntries(Array.from({ length: 2_100 }, (_, index) => [`attribute.${index}`, index]));
  return makeSpan({
    name,
    attributes: {
      text: '€uro '.repeat(20_000),
      list: Array.from({ length: 100 }, (_, index) => `member ${index}`),
      ['k'.repeat(3_000)]: 'long key',
      ...many,
    },
    events: [{ name: 'event', time: [0, 0], attributes: { text: 'y'.repeat(70_000) } }],
    links: [{ context: makeSpan().spanContext(), attributes: { text: 'z'.repeat(70_000) } }],
  });
}

/** Creates spans that hardly compress. */
function incompressibleSpans(count: number): ReadableSpan[] {
  let seed = 42;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31);
  const word = (): string => Array.from({ length: 250 }, () => next().toString(36)).join('');
  return Array.from({ length: count }, (_, index) =>
    makeSpan({ name: `span ${index}`, attributes: { text: word() } }),
  );
}

describe.each(CASES)('$name', ({ vendor, create }) => {
  it('accepts the requests of the exporter', async () => {
    const test = await start(vendor);
    const exporter = create(server.url, vendor.key);
    const stats = await deliverSpans(exporter, SPANS, test);
    expect(server.violations).toEqual([]);
    expect(server.spans.map(span => span.name)).toEqual(['one', 'two', 'three']);
    expect(stats).toMatchObject({ ended: 3, sent: 3, queued: 0, dropped: {} });
    expect(test.captured).toEqual([]);
  });

  it('receives no request while it throttles, and then every span once', async () => {
    const test = await start(vendor);
    server.throttle(2);
    const exporter = create(server.url, vendor.key);
    const stats = await deliverSpans(exporter, SPANS, test);
    expect(server.statuses).toEqual([
      vendor.responses.throttled.status,
      vendor.responses.throttled.status,
      vendor.responses.good.status,
    ]);
    expect(server.spans.map(span => span.name)).toEqual(['one', 'two', 'three']);
    expect(stats).toMatchObject({ sent: 3, retries: 2, dropped: {} });
    const { retryAfter } = vendor.responses.throttled;
    if (retryAfter !== undefined) expect(test.delaysMs).toContain(Number(retryAfter) * 1_000);
  });

  it('receives truncated spans, with a mark', async () => {
    const test = await start(vendor);
    const exporter = create(server.url, vendor.key);
    const stats = await deliverSpans(exporter, [oversizedSpan('oversized')], test);
    expect(server.violations).toEqual([]);
    expect(stats).toMatchObject({ sent: 1, dropped: {} });
    const limits = vendor.rules.find(rule => rule.of === 'span');
    const [span] = server.spans;
    const text = span?.attributes.find(({ key }) => key === 'text')?.value.stringValue;
    if (limits === undefined) {
      expect(text).toBe('€uro '.repeat(20_000));
    } else {
      expect(text).toMatch(/^€uro €.*…\[truncated\]$/);
      expect(text).not.toContain('\ufffd');
      if (limits.maxAttributes !== undefined) expect(span?.droppedAttributesCount).toBeGreaterThan(0);
    }
  });

  it('receives no request above its maximum size, for any size of batches', async () => {
    const test = await start(vendor, undefined, { maxChunkBytes: 64 * 1024 * 1024 });
    const exporter = create(server.url, vendor.key);
    const spans = incompressibleSpans(3_000);
    const stats = await deliverSpans(exporter, spans, test);
    expect(server.spans).toHaveLength(3_000);
    expect(stats).toMatchObject({ sent: 3_000, dropped: {} });
    const isDocumented = vendor.rules.some(rule => rule.of === 'body');
    expect(server.statuses.filter(status => status === 413)).toEqual([]);
    if (isDocumented) expect(server.statuses.length).toBeGreaterThan(1);
  });

  it('receives every span in smaller requests if its maximum size is below the documented one', async () => {
    const small: Rule = {
      of: 'body',
      maxBytes: 100_000,
      counted: 'uncompressed',
      page: vendor.responses.tooLarge.page,
    };
    const test = await start({ ...vendor, rules: [...vendor.rules, small] });
    const exporter = create(server.url, vendor.key);
    const stats = await deliverSpans(exporter, incompressibleSpans(300), test);
    expect(server.statuses).toContain(vendor.responses.tooLarge.status);
    expect(server.spans).toHaveLength(300);
    expect(stats).toMatchObject({ sent: 300, dropped: {} });
  });

  it('responds to a check, which sends its own span', async () => {
    const test = await start(vendor);
    const good = create(server.url, vendor.key);
    good.start(test.context);
    expect(await good.check?.()).toMatchObject({ status: 'ok' });
    expect(server.violations).toEqual([]);
    expect(server.spans).toMatchObject([{ name: 'trace doctor' }]);
  });
});

describe.each(CASES.filter(({ vendor }) => vendor.responses.badKey !== undefined))(
  '$name, which requires a key,',
  ({ vendor, create }) => {
    it('refuses a wrong key, and the diagnostic does not show the key', async () => {
      const test = await start(vendor);
      const exporter = create(server.url, vendor.wrongKey);
      const stats = await deliverSpans(exporter, SPANS, test);
      expect(server.spans).toEqual([]);
      expect(stats).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 3 } });
      expect(test.captured).toMatchObject([{ level: 'warn', source: exporter.name }]);
      expect(['unauthorized', 'forbidden']).toContain(test.captured[0]?.code);
      expect(JSON.stringify([test.captured, stats, exporter.endpoint])).not.toContain(vendor.wrongKey);
    });

    it('lets a check find the wrong key without showing it', async () => {
      const test = await start(vendor);
      const exporter = create(server.url, vendor.wrongKey);
      exporter.start(test.context);
      const check = await exporter.check?.();
      expect(check).toMatchObject({ status: 'error', fix: expect.stringContaining('key') });
      expect(JSON.stringify(check)).not.toContain(vendor.wrongKey);
    });

    it('refuses the key of another region', async () => {
      // The same product in another region: it does not know the key.
      const test = await start(vendor, vendor.wrongKey);
      const exporter = create(server.url, vendor.key);
      const stats = await deliverSpans(exporter, SPANS, test);
      expect(server.statuses).toEqual([vendor.responses.badKey?.status]);
      expect(stats).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 3 } });
    });
  },
);

describe('the contract server', () => {
  it('cites a page for each rule and each response', () => {
    for (const { vendor } of CASES) {
      const pages = [...vendor.rules, ...Object.values(vendor.responses)].map(({ page }) => page);
      expect(pages.every(page => /^https:\/\/[a-z.]+\/\S+/.test(page))).toBe(true);
    }
  });

  it('refuses a request that breaks a rule, and names the rule', async () => {
    const test = await start(VENDORS.newRelic);
    // OTLP without the headers and limits of New Relic.
    await deliverSpans(jaeger({ endpoint: server.url }), [oversizedSpan('oversized')], test);
    expect(server.violations).toEqual([expect.stringMatching(/^the header api-key \(https:/)]);
    await server.close();
    server = await startVendor(VENDORS.datadogAgent);
    const second = createExporterContext();
    await deliverSpans(jaeger({ endpoint: server.url }), [oversizedSpan('oversized')], second);
    expect(server.violations).toEqual([expect.stringMatching(/^2\d+ attributes \(https:/)]);
    expect(server.statuses).toEqual([400]);
  });
});
