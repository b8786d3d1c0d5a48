// The public contract of exporters, run with every exporter of this package.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterContract, type MakeExporter } from '@do/trace/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
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

/** A port of this machine on which no server listens. */
const NO_SERVER = 'http://127.0.0.1:9';

interface Case {
  readonly name: string;
  readonly vendor: Vendor;
  readonly create: (endpoint: string) => Exporter;
}

const OTLP = VENDORS.jaeger;
const OVER_HTTP: Case[] = [
  { name: 'otlp', vendor: OTLP, create: endpoint => otlp({ endpoint }) },
  { name: 'jaeger', vendor: OTLP, create: endpoint => jaeger({ endpoint }) },
  { name: 'datadog with an Agent', vendor: VENDORS.datadogAgent, create: agent => datadog({ agent }) },
  {
    name: 'datadog with a key',
    vendor: VENDORS.datadog,
    create: endpoint => datadog({ endpoint, apiKey: VENDORS.datadog.key }),
  },
  {
    name: 'honeycomb',
    vendor: VENDORS.honeycomb,
    create: endpoint => honeycomb({ endpoint, apiKey: VENDORS.honeycomb.key }),
  },
  {
    name: 'newRelic',
    vendor: VENDORS.newRelic,
    create: endpoint => newRelic({ endpoint, licenseKey: VENDORS.newRelic.key }),
  },
  {
    name: 'elastic',
    vendor: VENDORS.elastic,
    create: endpoint => elastic({ endpoint, apiKey: VENDORS.elastic.key }),
  },
  { name: 'grafana', vendor: VENDORS.tempo, create: endpoint => grafana({ endpoint, tenant: 'shop' }) },
];

describe.each(OVER_HTTP)('the contract of exporters: $name', ({ vendor, create }) => {
  let server: VendorServer;
  beforeAll(async () => {
    server = await startVendor(vendor);
  });
  afterAll(() => server.close());

  const checks = exporterContract(() => create(server.url), {
    received: () => server.spans.map(span => span.name),
    down: () => create(NO_SERVER),
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

  const create = (endpoint: string): Exporter =>
    otlp({ endpoint, protocol: 'http/json', compression: 'none' });
  const checks = exporterContract(
    () => create(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    {
      received: () => names,
      down: () => create(NO_SERVER),
      limitMs: 1_000,
    },
  );
  it.each(checks)('$name', ({ run }) => run());
});

const directory = mkdtempSync(join(tmpdir(), 'trace-contract-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const stream = { write: () => true };
const memoryExporters: ReturnType<typeof memory>[] = [];
const path = join(directory, 'traces.jsonl');

describe.each<{ name: string; create: MakeExporter; received?: () => readonly string[] }>([
  { name: 'consoleTree', create: () => consoleTree({ stream, width: 120 }) },
  {
    name: 'memory',
    create: () => {
      const exporter = memory();
      memoryExporters.push(exporter);
      return exporter;
    },
    received: () => memoryExporters.flatMap(exporter => exporter.spans.map(span => span.name)),
  },
  {
    name: 'file',
    create: () => file({ path }),
    received: () =>
      [...readFileSync(path, 'utf8').matchAll(/"name":"(contract \d+)"/g)].map(([, name = '']) => name),
  },
  { name: 'prometheus', create: () => prometheus({ port: 0 }) },
])('the contract of exporters: $name', ({ create, received }) => {
  const checks = exporterContract(create, { limitMs: 1_000, ...(received && { received }) });
  it.each(checks)('$name', ({ run }) => run());
});
