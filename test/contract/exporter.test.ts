// The public contract of exporters, over every exporter of this package, and over the one that the guide shows.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterContract, type MakeExporter } from '@do/trace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  consoleTree,
  datadog,
  elastic,
  type Exporter,
  file,
  grafana,
  honeycomb,
  jaeger,
  memory,
  newRelic,
  otlp,
  prometheus,
} from '../../src/exporters/index.js';
import { type Vendor, VENDORS } from './vendors/rules.js';
import { startVendor, type VendorServer } from './vendors/server.js';

/** A port of this machine on which nobody listens. */
const NOWHERE = 'http://127.0.0.1:9';

interface Case {
  readonly name: string;
  readonly vendor: Vendor;
  readonly make: (endpoint: string) => Exporter;
}

const OTLP = VENDORS.jaeger;
const OVER_HTTP: Case[] = [
  { name: 'otlp', vendor: OTLP, make: endpoint => otlp({ endpoint }) },
  { name: 'jaeger', vendor: OTLP, make: endpoint => jaeger({ endpoint }) },
  { name: 'datadog by an Agent', vendor: VENDORS.datadogAgent, make: agent => datadog({ agent }) },
  {
    name: 'datadog by a key',
    vendor: VENDORS.datadog,
    make: endpoint => datadog({ endpoint, apiKey: VENDORS.datadog.key }),
  },
  {
    name: 'honeycomb',
    vendor: VENDORS.honeycomb,
    make: endpoint => honeycomb({ endpoint, apiKey: VENDORS.honeycomb.key }),
  },
  {
    name: 'newRelic',
    vendor: VENDORS.newRelic,
    make: endpoint => newRelic({ endpoint, licenseKey: VENDORS.newRelic.key }),
  },
  {
    name: 'elastic',
    vendor: VENDORS.elastic,
    make: endpoint => elastic({ endpoint, apiKey: VENDORS.elastic.key }),
  },
  { name: 'grafana', vendor: VENDORS.tempo, make: endpoint => grafana({ endpoint, tenant: 'shop' }) },
];

describe.each(OVER_HTTP)('the contract of exporters: $name', ({ vendor, make }) => {
  let server: VendorServer;
  beforeAll(async () => {
    server = await startVendor(vendor);
  });
  afterAll(() => server.close());

  const checks = exporterContract(() => make(server.url), {
    received: () => server.spans.map(span => span.name),
    down: () => make(NOWHERE),
    limitMs: 1_000,
  });
  it.each(checks)('$name', ({ run }) => run());
});

describe('the contract of exporters: otlp as http/json', () => {
  const names: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    names.push(...[...body.matchAll(/"name":"(contract \d+)"/g)].map(([, name = '']) => name));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  beforeAll(() => new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const at = (endpoint: string): Exporter => otlp({ endpoint, protocol: 'http/json', compression: 'none' });
  const checks = exporterContract(() => at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), {
    received: () => names,
    down: () => at(NOWHERE),
    limitMs: 1_000,
  });
  it.each(checks)('$name', ({ run }) => run());
});

const directory = mkdtempSync(join(tmpdir(), 'trace-contract-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const lines: string[] = [];
const stream = { write: (text: string) => lines.push(text) > 0 };
const recorded: ReturnType<typeof memory>[] = [];
const path = join(directory, 'traces.jsonl');

describe.each<{ name: string; make: MakeExporter; received?: () => readonly string[] }>([
  { name: 'consoleTree', make: () => consoleTree({ stream, width: 120 }) },
  {
    name: 'memory',
    make: () => {
      const exporter = memory();
      recorded.push(exporter);
      return exporter;
    },
    received: () => recorded.flatMap(exporter => exporter.spans.map(span => span.name)),
  },
  {
    name: 'file',
    make: () => file({ path }),
    received: () =>
      [...readFileSync(path, 'utf8').matchAll(/"name":"(contract \d+)"/g)].map(([, name = '']) => name),
  },
  { name: 'prometheus', make: () => prometheus({ port: 0 }) },
])('the contract of exporters: $name', ({ make, received }) => {
  const checks = exporterContract(make, { limitMs: 1_000, ...(received && { received }) });
  it.each(checks)('$name', ({ run }) => run());
});

describe('the contract', () => {
  const run = async (exporter: Exporter, received?: () => string[]): Promise<string[]> => {
    const failed: string[] = [];
    for (const { name, run } of exporterContract(() => exporter, {
      limitMs: 50,
      ...(received && { received }),
    })) {
      await run().catch(() => failed.push(name));
    }
    return failed;
  };
  const base = memory();

  it('fails an exporter that throws, loses, miscounts or rejects', async () => {
    const throwing = { ...base.processor({} as never), onEnd: () => expect.fail('boom') };
    expect(await run({ ...memory(), processor: () => throwing })).toContain('takes spans of every shape');
    expect(await run(memory(), () => [])).toContain('delivers at a flush what has ended');
    const { stats } = memory();
    const wrong = { ...memory(), stats: () => ({ ...stats?.(), ended: 7 }) as never };
    expect(await run(wrong)).toContain('has numbers that add up at any moment');
    expect(await run({ ...memory(), check: () => Promise.reject(new Error('no')) })).toContain(
      'answers a check before, while and after it runs',
    );
    let count = 0;
    expect(await run({ ...memory(), url: () => `https://x/${count++}` })).toContain(
      'makes the same link for the same ids, and throws for none',
    );
  });
});
