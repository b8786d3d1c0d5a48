// Every exporter against its vendor's rules: what is sent is what the documentation asks for, whatever the spans are.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { datadog, elastic, grafana, honeycomb, jaeger, newRelic } from '../../../src/exporters/index.js';
import { deliver, exporterContext, type TestContext } from '../../support/exporter-context.js';
import { makeSpan } from '../../support/spans.js';
import { type Rule, type Vendor, VENDORS } from './rules.js';
import { startVendor, type VendorServer } from './server.js';

/** How the exporter of each intake is made. */
const MAKERS: Readonly<Record<keyof typeof VENDORS, (endpoint: string, key: string) => Exporter>> = {
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
  make: MAKERS[name as keyof typeof VENDORS],
}));

let server: VendorServer;
afterEach(() => server.close());

async function start(vendor: Vendor, key?: string, delivery?: DeliveryOptions): Promise<TestContext> {
  server = await startVendor(vendor, key);
  return exporterContext(delivery === undefined ? {} : { delivery });
}

const three = ['one', 'two', 'three'].map(name => makeSpan({ name }));

/** A span beyond every limit there is. */
function monster(name: string): ReadableSpan {
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

/** Spans that compress badly: their bytes on the wire are nearly their bytes. */
function noise(count: number): ReadableSpan[] {
  let seed = 42;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31);
  const word = (): string => Array.from({ length: 250 }, () => next().toString(36)).join('');
  return Array.from({ length: count }, (_, index) =>
    makeSpan({ name: `noise ${index}`, attributes: { text: word() } }),
  );
}

describe.each(CASES)('$name', ({ vendor, make }) => {
  it('accepts what the exporter sends', async () => {
    const setup = await start(vendor);
    const exporter = make(server.url, vendor.key);
    await deliver(exporter, three, setup);
    expect(server.violations).toEqual([]);
    expect(server.spans.map(span => span.name)).toEqual(['one', 'two', 'three']);
    expect(exporter.stats?.()).toMatchObject({ ended: 3, sent: 3, queued: 0, dropped: {} });
    expect(setup.lines).toEqual([]);
  });

  it('is left alone while it throttles, for as long as it asks, and then gets everything once', async () => {
    const setup = await start(vendor);
    server.throttle(2);
    const exporter = make(server.url, vendor.key);
    await deliver(exporter, three, setup);
    expect(server.statuses).toEqual([
      vendor.answers.throttled.status,
      vendor.answers.throttled.status,
      vendor.answers.good.status,
    ]);
    expect(server.spans.map(span => span.name)).toEqual(['one', 'two', 'three']);
    expect(exporter.stats?.()).toMatchObject({ sent: 3, retries: 2, dropped: {} });
    const { retryAfter } = vendor.answers.throttled;
    if (retryAfter !== undefined) expect(setup.waits).toContain(Number(retryAfter) * 1_000);
  });

  it('gets spans beyond its limits cut to what it takes, with a mark where they were cut', async () => {
    const setup = await start(vendor);
    const exporter = make(server.url, vendor.key);
    await deliver(exporter, [monster('monster')], setup);
    expect(server.violations).toEqual([]);
    expect(exporter.stats?.()).toMatchObject({ sent: 1, dropped: {} });
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

  it('gets no request larger than it takes, however large chunks may be', async () => {
    const setup = await start(vendor, undefined, { maxChunkBytes: 64 * 1024 * 1024 });
    const exporter = make(server.url, vendor.key);
    const spans = noise(3_000);
    await deliver(exporter, spans, setup);
    expect(server.spans).toHaveLength(3_000);
    expect(exporter.stats?.()).toMatchObject({ sent: 3_000, dropped: {} });
    const documented = vendor.rules.some(rule => rule.of === 'body');
    expect(server.statuses.filter(status => status === 413)).toEqual([]);
    if (documented) expect(server.statuses.length).toBeGreaterThan(1);
  });

  it('gets everything in smaller requests where it takes less than it documents', async () => {
    const small: Rule = {
      of: 'body',
      maxBytes: 100_000,
      counted: 'uncompressed',
      page: vendor.answers.tooLarge.page,
    };
    const setup = await start({ ...vendor, rules: [...vendor.rules, small] });
    const exporter = make(server.url, vendor.key);
    await deliver(exporter, noise(300), setup);
    expect(server.statuses).toContain(vendor.answers.tooLarge.status);
    expect(server.spans).toHaveLength(300);
    expect(exporter.stats?.()).toMatchObject({ sent: 300, dropped: {} });
  });

  it('answers a check, which sends a span of its own', async () => {
    const setup = await start(vendor);
    const good = make(server.url, vendor.key);
    good.processor(setup.context);
    expect(await good.check()).toMatchObject({ status: 'ok' });
    expect(server.violations).toEqual([]);
    expect(server.spans).toMatchObject([{ name: 'trace doctor' }]);
  });
});

describe.each(CASES.filter(({ vendor }) => vendor.answers.badKey !== undefined))(
  '$name, which wants a key,',
  ({ vendor, make }) => {
    it('refuses a wrong key, and that is said without the key', async () => {
      const setup = await start(vendor);
      const exporter = make(server.url, vendor.wrongKey);
      await deliver(exporter, three, setup);
      expect(server.spans).toEqual([]);
      expect(exporter.stats?.()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 3 } });
      expect(setup.lines).toEqual([expect.stringMatching(/answered 40[13]: the key/)]);
      expect(JSON.stringify([setup.lines, exporter.stats?.(), exporter.endpoint])).not.toContain(
        vendor.wrongKey,
      );
    });

    it('tells a check that the key is wrong, without the key', async () => {
      const setup = await start(vendor);
      const exporter = make(server.url, vendor.wrongKey);
      exporter.processor(setup.context);
      const finding = await exporter.check();
      expect(finding).toMatchObject({ status: 'error', fix: expect.stringContaining('key') });
      expect(JSON.stringify(finding)).not.toContain(vendor.wrongKey);
    });

    it('refuses the key of another region', async () => {
      // The same product, elsewhere: it does not know the key.
      const setup = await start(vendor, vendor.wrongKey);
      const exporter = make(server.url, vendor.key);
      await deliver(exporter, three, setup);
      expect(server.statuses).toEqual([vendor.answers.badKey?.status]);
      expect(exporter.stats?.()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 3 } });
    });
  },
);

describe('the contract server', () => {
  it('cites a page for each rule and each answer', () => {
    for (const { vendor } of CASES) {
      const pages = [...vendor.rules, ...Object.values(vendor.answers)].map(({ page }) => page);
      expect(pages.every(page => /^https:\/\/[a-z.]+\/\S+/.test(page))).toBe(true);
    }
  });

  it('refuses what breaks a rule, and names it', async () => {
    const setup = await start(VENDORS.newRelic);
    // OTLP as such, without anything that New Relic asks for.
    await deliver(jaeger({ endpoint: server.url }), [monster('monster')], setup);
    expect(server.violations).toEqual([expect.stringMatching(/^the header api-key \(https:/)]);
    await server.close();
    server = await startVendor(VENDORS.datadogAgent);
    const second = exporterContext();
    await deliver(jaeger({ endpoint: server.url }), [monster('monster')], second);
    expect(server.violations).toEqual([expect.stringMatching(/^2\d+ attributes \(https:/)]);
    expect(server.statuses).toEqual([400]);
  });
});
