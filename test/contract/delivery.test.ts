import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createDelivery, DeliveryHub, type SharedOptions } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import { nodeSpoolFileSystem } from '../../src/delivery/spool/spool-file-system.js';
import { spanNames } from '../support/span-names.js';
import { resource } from '../support/spans.js';
import {
  FakeBackend,
  FakeOwners,
  makeDiagnostics,
  makeWorld,
  MemoryFiles,
  VirtualTime,
} from '../support/delivery-fixture.js';
import { describeDelivery, type DeliverySubject } from './delivery.js';

const SMALL = { maxChunkBytes: 4_096 };

/** One destination, without a network and in virtual time. */
async function inVirtualTime(options: DeliveryOptions, files = new MemoryFiles()): Promise<DeliverySubject> {
  const { delivery, backend, time } = makeWorld(
    { ...SMALL, ...options },
    { fileSystem: files, segmentOwners: new FakeOwners('me') },
  );
  return {
    delivery,
    stats: () => [delivery.stats()],
    received: () => [[...backend.received.keys()]],
    setUp: up => (backend.mood = () => (up ? 'ok' : 'refuse')),
    settle: (work, timeoutMs) => settle(time, work, timeoutMs),
    keeps: options.spool !== undefined,
    close: async () => delivery.rescue(),
  };
}

async function settle(time: VirtualTime, work: Promise<void>, timeoutMs: number): Promise<void> {
  await time.advance(timeoutMs);
  await work;
}

describeDelivery('in memory', () => inVirtualTime({}));
describeDelivery("with a spool in mode 'overflow'", () => inVirtualTime({ spool: '/spool' }));
describeDelivery("with a spool in mode 'always'", () =>
  inVirtualTime({ spool: { directory: '/spool', mode: 'always' } }),
);
describeDelivery('with a spool that does all the work, since memory holds one chunk', () =>
  inVirtualTime({ spool: '/spool', maxQueueBytes: 5_000 }),
);

describeDelivery('to two destinations that share bytes', async () => {
  const time = new VirtualTime();
  const backends = [new FakeBackend(time), new FakeBackend(time)];
  const hub = new DeliveryHub(sharedOptions(time));
  const [first, second] = backends.map((transport, i) =>
    hub.add({ name: `d${i}`, endpoint: new URL(`http://d${i}.test/v1/traces`), transport }),
  );
  if (first === undefined || second === undefined) throw new TypeError('unreachable: two were added');
  return {
    delivery: first,
    stats: () => [first.stats(), second.stats()],
    received: () => backends.map(({ received }) => [...received.keys()]),
    setUp: up => {
      for (const backend of backends) backend.mood = () => (up ? 'ok' : 'refuse');
    },
    settle: (work, timeoutMs) => settle(time, work, timeoutMs),
    keeps: false,
    close: async () => first.rescue(),
  };
});

function sharedOptions(time: VirtualTime): SharedOptions {
  return {
    options: SMALL,
    resource,
    diagnostics: makeDiagnostics([], () => time.monotonicMs()),
    clock: time,
    timers: time,
    random: () => 0.5,
    env: {},
  };
}

describeDelivery('over HTTP on loopback, with a spool on a real disk', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trace-contract-'));
  const names: string[] = [];
  const sockets = new Set<Socket>();
  let isUp = true;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      names.push(...spanNames(gunzipSync(Buffer.concat(chunks))));
      response.end();
    });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    // What a proxy does whose backend is away.
    if (!isUp) socket.destroy();
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const delivery = createDelivery({
    name: 'otlp',
    endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`),
    options: { ...SMALL, spool: directory },
    resource,
    diagnostics: makeDiagnostics([], () => 0),
    env: {},
    fileSystem: nodeSpoolFileSystem,
    segmentOwners: new FakeOwners('me'),
  });
  return {
    delivery,
    stats: () => [delivery.stats()],
    received: () => [names],
    setUp(up) {
      isUp = up;
      for (const socket of sockets) socket.destroy();
    },
    settle: work => work,
    keeps: true,
    async close() {
      delivery.rescue();
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
