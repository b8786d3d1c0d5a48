import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  createDelivery,
  type Delivery,
  type DeliveryControls,
  DeliveryHub,
  type SharedOptions,
} from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import { nodeSpoolFileSystem } from '../../src/delivery/spool/spool-file-system.js';
import { collectDiagnostics } from '../support/captured-diagnostics.js';
import { startDelivery } from '../support/delivery-fixture.js';
import { FakeBackend } from '../support/fake-backend.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../support/memory-file-system.js';
import { spanNames } from '../support/span-names.js';
import { resource } from '../support/spans.js';
import { VirtualTime } from '../support/virtual-time.js';
import { describeDelivery, type DeliverySubject } from './delivery.js';

const SMALL = { maxChunkBytes: 4_096 };

/** A delivery to one destination in virtual time, without a network. */
async function inVirtualTime(
  options: DeliveryOptions,
  fileSystem = new MemoryFileSystem(),
): Promise<DeliverySubject> {
  const { delivery, backend, time } = startDelivery(
    { ...SMALL, ...options },
    { fileSystem, segmentOwners: new FakeSegmentOwners('me') },
  );
  return {
    delivery,
    stats: () => [delivery.stats()],
    received: () => [[...backend.received.keys()]],
    setReachable: isReachable => (backend.behavior = () => (isReachable ? 'ok' : 'refuse')),
    complete: (work, timeoutMs) => passTime(time, work, timeoutMs),
    keepsSpansAtEnd: options.spool !== undefined,
    close: async () => delivery.rescue(),
  };
}

async function passTime(time: VirtualTime, work: Promise<void>, timeoutMs: number): Promise<void> {
  await time.advance(timeoutMs);
  await work;
}

describeDelivery('in memory', () => inVirtualTime({}));
describeDelivery("with a spool in mode 'overflow'", () => inVirtualTime({ spool: '/spool' }));
describeDelivery("with a spool in mode 'always'", () =>
  inVirtualTime({ spool: { directory: '/spool', mode: 'always' } }),
);
describeDelivery('with a spool that holds nearly all spans, because memory holds one batch', () =>
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
  hub.shareBatches([first.processor, second.processor]);
  return {
    delivery: combine(first, second),
    stats: () => [first.stats(), second.stats()],
    received: () => backends.map(({ received }) => [...received.keys()]),
    setReachable: isReachable => {
      for (const backend of backends) backend.behavior = () => (isReachable ? 'ok' : 'refuse');
    },
    complete: (work, timeoutMs) => passTime(time, work, timeoutMs),
    keepsSpansAtEnd: false,
    async close() {
      first.rescue();
      second.rescue();
    },
  };
});

/** Both deliveries as the span pipeline uses them. The first one encodes for both. */
function combine(first: Delivery, second: Delivery): DeliveryControls {
  const both = [first, second];
  return {
    processor: first.processor,
    buffer: first.buffer,
    flush: async timeoutMs => void (await Promise.all(both.map(each => each.flush(timeoutMs)))),
    shutdown: async timeoutMs => void (await Promise.all(both.map(each => each.shutdown(timeoutMs)))),
    rescue: () => both.forEach(each => each.rescue()),
    isIdle: () => both.every(each => each.isIdle()),
  };
}

function sharedOptions(time: VirtualTime): SharedOptions {
  return {
    options: SMALL,
    resource,
    diagnostics: collectDiagnostics().diagnostics,
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
  let isReachable = true;
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
    // As a proxy does whose backend is away.
    if (!isReachable) socket.destroy();
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const delivery = createDelivery({
    name: 'otlp',
    endpoint: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`),
    options: { ...SMALL, spool: directory },
    resource,
    diagnostics: collectDiagnostics().diagnostics,
    env: {},
    fileSystem: nodeSpoolFileSystem,
    segmentOwners: new FakeSegmentOwners('me'),
  });
  return {
    delivery,
    stats: () => [delivery.stats()],
    received: () => [names],
    setReachable(reachable) {
      isReachable = reachable;
      for (const socket of sockets) socket.destroy();
    },
    complete: work => work,
    keepsSpansAtEnd: true,
    async close() {
      delivery.rescue();
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
