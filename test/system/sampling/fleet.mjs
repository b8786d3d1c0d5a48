// Tests the two tiers of Collectors that `trace collector-config` configures: three services, two routers and three samplers. Every
// trace goes through all three services, and each service sends to one of the routers.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import { NAMES, shapeOf, sizeOf, SLOW_MS } from '../programs/fleet-shapes.mjs';
import {
  assertNoWarnings,
  assertRatio,
  groupBy,
  printConfig,
  waitUntilSettled,
  THRESHOLDS,
  DECISION_DELAY_MS,
} from './assertions.mjs';

const TRACES = 20_000;
const RATIO = 0.1;
/** Longer than the sending of all traces takes, so that every trace is complete when it is decided. */
const WAIT_MS = 12_000;
/** The index of the sampler that writes thresholds. */
const THRESHOLD_SAMPLER = 2;
const ROUTED_BY_NAME = 50;
const ROUTED_NAME = 'routed by name';

/** Runs the tier. */
export async function runFleet(check, app) {
  const receiver = await startReceiver(headers => headers['x-sampler']);
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const hosts = ports.map(port => `127.0.0.1:${port}`);
  const started = [];
  const start = async (name, config, options) => {
    const collector = await startCollector(config, options);
    started.push({ name, ...collector });
  };
  try {
    const sampler = await printConfig(app, 'sampler', {
      ratio: RATIO,
      'slower-than-ms': SLOW_MS,
      names: NAMES,
      to: receiver.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      header: 'x-sampler: ${env:SAMPLER}',
      'wait-ms': WAIT_MS,
      samplers: hosts,
    });
    const startRouter = async target => {
      // A router also uses the next lower port, for gRPC.
      const listen = `127.0.0.1:${await freePort(1)}`;
      const config = await printConfig(app, 'router', { listen, ...target });
      await start(`router ${listen}`, config);
      return `http://${listen}`;
    };
    const routers = [];
    await check('real Collectors accept and run the output of `trace collector-config`', async () => {
      for (const host of hosts) {
        const env = { DO_TRACE_SAMPLER_LISTEN: host, SAMPLER: host };
        const args = host === hosts[THRESHOLD_SAMPLER] ? [THRESHOLDS] : [];
        await start(`sampler ${host}`, sampler, { env, args });
      }
      for (let i = 0; i < 2; i++) routers.push(await startRouter({ samplers: hosts }));
      // An IP address as the DNS name resolves to itself.
      routers.push(await startRouter({ dns: hosts[0] }));
    });
    if (routers.length < 3) return;
    const [first, second, byName] = routers;
    const { ids, delivery, seconds } = await runServices(app, { front: first, middle: second, back: first });
    const sent = ids.reduce((sum, _, i) => sum + sizeOf(i), 0);
    await check(
      `${TRACES} traces of ${sent} spans go through three processes in ${seconds} s, none is lost`,
      () => {
        for (const { exporters } of delivery) {
          const [{ ended, sent: accepted, rejected, dropped }] = exporters;
          assert.deepEqual({ accepted, rejected, dropped }, { accepted: ended, rejected: 0, dropped: {} });
        }
        assert.equal(
          delivery.reduce((sum, { exporters }) => sum + exporters[0].ended, 0),
          sent,
        );
      },
    );
    await post(byName, failedTraces(ROUTED_BY_NAME));
    const required = ids.filter((_, i) => shapeOf(i).keptBy !== undefined);
    await waitUntilSettled(
      () => receiver.spans.length,
      required.length * 5 + ROUTED_BY_NAME,
      WAIT_MS + DECISION_DELAY_MS,
    );
    const isRoutedByName = ({ name }) => name === ROUTED_NAME;
    const spans = receiver.spans.filter(span => !isRoutedByName(span));
    await checkKept(check, ids, spans, hosts);
    await check('a router with a DNS name sends to the sampler at its address', () => {
      const routed = receiver.spans.filter(isRoutedByName);
      assert.equal(routed.length, ROUTED_BY_NAME);
      assert.deepEqual(new Set(routed.map(({ via }) => via)), new Set(hosts.slice(0, 1)));
    });
    await check('no Collector logs a warning', () => {
      for (const collector of started) assertNoWarnings(collector, collector.name);
    });
  } finally {
    await Promise.all(started.map(({ stop }) => stop()));
    receiver.stop();
  }
}

async function runServices(app, routers) {
  const children = [];
  const start = (role, next) => {
    const env = { FLEET: JSON.stringify({ role, endpoint: routers[role], next, traces: TRACES }) };
    const child = new Child(process.execPath, ['test/system/programs/fleet.mjs'], {
      cwd: app,
      env,
      ipc: true,
    });
    children.push(child);
    return child;
  };
  try {
    const back = start('back');
    const middle = start('middle', (await back.nextMessage()).url);
    const front = start('front', (await middle.nextMessage()).url);
    const startMs = performance.now();
    const first = await front.request('start');
    const delivery = [first, await middle.request('report'), await back.request('report')];
    return { ids: first.ids, delivery, seconds: ((performance.now() - startMs) / 1000).toFixed(1) };
  } finally {
    await Promise.all(children.map(child => child.end()));
  }
}

async function checkKept(check, ids, spans, hosts) {
  const kept = groupBy(spans, ({ traceId }) => traceId);
  await check(`${kept.size} traces are kept, and all are complete`, () => {
    const spanIds = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(spanIds.size, spans.length, 'a span was received twice');
    const incomplete = ids.filter((id, i) => kept.has(id) && kept.get(id).length !== sizeOf(i));
    assert.deepEqual(incomplete.slice(0, 3), [], `${incomplete.length} traces are incomplete`);
    const services = [...kept.values()].map(each => new Set(each.map(({ service }) => service)).size);
    assert.deepEqual(new Set(services), new Set([3]));
  });
  const required = ids.filter((_, i) => shapeOf(i).keptBy !== undefined);
  const rest = ids.filter((_, i) => shapeOf(i).keptBy === undefined);
  await check(`all ${required.length} failed, slow or named traces are kept`, () => {
    const missing = ids.flatMap((id, i) => {
      const { keptBy } = shapeOf(i);
      return keptBy === undefined || kept.has(id) ? [] : [`${i % 100}: ${keptBy}`];
    });
    assert.deepEqual([...new Set(missing)], []);
  });
  const sampled = rest.filter(id => kept.has(id)).length;
  await check(`of the ${rest.length} other traces ${sampled} are kept by the ratio`, () => {
    assertRatio(sampled, rest.length, RATIO, 'the others');
    // Traces that almost match a policy are kept by the same ratio.
    for (const shape of [53, 83, 87]) {
      const ofShape = ids.filter((_, i) => i % 100 === shape);
      assertRatio(ofShape.filter(id => kept.has(id)).length, ofShape.length, RATIO, `shape ${shape}`);
    }
  });
  await check('each sampler decides about a part of the traces, and only one about each trace', () => {
    const samplers = [...kept.values()].map(each => new Set(each.map(({ via }) => via)));
    assert.deepEqual([...new Set(samplers.map(({ size }) => size))], [1]);
    const parts = groupBy(samplers, ([host]) => host);
    assert.deepEqual([...parts.keys()].sort(), hosts.toSorted());
    for (const [host, part] of parts) assert(part.length > kept.size / 10, `${host}: ${part.length}`);
  });
  await check('a sampler with thresholds writes the weight of each trace', () => {
    const shapes = new Map(ids.map((id, i) => [id, shapeOf(i)]));
    const states = { policy: new Set(), ratio: new Set(), otherSampler: new Set() };
    for (const { traceId, traceState, via } of spans) {
      const { keptBy } = shapes.get(traceId);
      const decision =
        via !== hosts[THRESHOLD_SAMPLER] ? 'otherSampler' : keptBy === undefined ? 'ratio' : 'policy';
      states[decision].add(traceState);
    }
    assert.deepEqual(
      Object.values(states).map(each => [...each]),
      [['ot=th:0'], ['ot=th:e6666666666666'], ['']],
    );
  });
}

/** Returns traces of one failed span each, as OTLP in JSON. */
function failedTraces(count) {
  const id = (text, digits) => createHash('sha256').update(text).digest('hex').slice(0, digits);
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: id(`trace ${i}`, 32),
    spanId: id(`span ${i}`, 16),
    name: ROUTED_NAME,
    kind: 1,
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + 1_000_000n),
    status: { code: 2 },
  }));
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }] };
}

async function post(endpoint, body) {
  const response = await fetch(new URL('/v1/traces', endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}
