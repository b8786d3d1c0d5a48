// The two tiers that `trace collector-config` writes, run by real Collectors: three services, two routers, three samplers.
// Every trace goes through all three services, and each service speaks to the router that is nearest.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { freePort } from '../../support/free-port.mjs';
import { startCollector } from '../backends/servers.mjs';
import { startCollector as startReceiver } from '../collector.mjs';
import { Child } from '../processes.mjs';
import { NAMES, shapeOf, sizeOf, SLOW_MS } from '../programs/fleet-shapes.mjs';
import { assertQuiet, assertShare, groupBy, printed, settled, THRESHOLDS, TICKS_MS } from './parts.mjs';

const TRACES = 20_000;
const RATIO = 0.1;
/** Longer than it takes to send all of them: then every trace is there when it is decided. */
const WAIT_MS = 12_000;
/** Which of the samplers writes thresholds. */
const WEIGHING = 2;
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
    const sampler = await printed(app, 'sampler', {
      ratio: RATIO,
      'slower-than-ms': SLOW_MS,
      names: NAMES,
      to: receiver.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      header: 'x-sampler: ${env:SAMPLER}',
      'wait-ms': WAIT_MS,
      samplers: hosts,
    });
    const router = async where => {
      // A router takes the port below as well, for gRPC.
      const listen = `127.0.0.1:${await freePort(1)}`;
      const config = await printed(app, 'router', { listen, ...where });
      await start(`router ${listen}`, config);
      return `http://${listen}`;
    };
    const routers = [];
    await check('real Collectors take and run what `trace collector-config` prints', async () => {
      for (const host of hosts) {
        const env = { TRACE_SAMPLER_LISTEN: host, SAMPLER: host };
        const args = host === hosts[WEIGHING] ? [THRESHOLDS] : [];
        await start(`sampler ${host}`, sampler, { env, args });
      }
      for (let i = 0; i < 2; i++) routers.push(await router({ samplers: hosts }));
      // An address is a name that resolves to itself.
      routers.push(await router({ dns: hosts[0] }));
    });
    if (routers.length < 3) return;
    const [near, far, byName] = routers;
    const { ids, delivery, seconds } = await runServices(app, { front: near, middle: far, back: near });
    const sent = ids.reduce((sum, _, i) => sum + sizeOf(i), 0);
    await check(
      `${TRACES} traces of ${sent} spans went through three processes in ${seconds} s, none was lost`,
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
    await post(byName, failures(ROUTED_BY_NAME));
    const due = ids.filter((_, i) => shapeOf(i).why !== undefined);
    await settled(() => receiver.spans.length, due.length * 5 + ROUTED_BY_NAME, WAIT_MS + TICKS_MS);
    const isRoutedByName = ({ name }) => name === ROUTED_NAME;
    const spans = receiver.spans.filter(span => !isRoutedByName(span));
    await checkKept(check, ids, spans, hosts);
    await check('a router that is given a name finds the sampler behind it', () => {
      const routed = receiver.spans.filter(isRoutedByName);
      assert.equal(routed.length, ROUTED_BY_NAME);
      assert.deepEqual(new Set(routed.map(({ via }) => via)), new Set(hosts.slice(0, 1)));
    });
    await check('no Collector warned of anything', () => {
      for (const collector of started) assertQuiet(collector, collector.name);
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
    const begin = performance.now();
    const first = await front.request('go');
    const delivery = [first, await middle.request('tell'), await back.request('tell')];
    return { ids: first.ids, delivery, seconds: ((performance.now() - begin) / 1000).toFixed(1) };
  } finally {
    await Promise.all(children.map(child => child.end()));
  }
}

async function checkKept(check, ids, spans, hosts) {
  const kept = groupBy(spans, ({ traceId }) => traceId);
  await check(`${kept.size} traces were kept, and every one of them is whole`, () => {
    const spanIds = new Set(spans.map(({ spanId }) => spanId));
    assert.equal(spanIds.size, spans.length, 'a span came twice');
    const torn = ids.filter((id, i) => kept.has(id) && kept.get(id).length !== sizeOf(i));
    assert.deepEqual(torn.slice(0, 3), [], `${torn.length} are not whole`);
    const services = [...kept.values()].map(each => new Set(each.map(({ service }) => service)).size);
    assert.deepEqual(new Set(services), new Set([3]));
  });
  const due = ids.filter((_, i) => shapeOf(i).why !== undefined);
  const rest = ids.filter((_, i) => shapeOf(i).why === undefined);
  await check(`all ${due.length} that failed, were slow or have a certain name are among them`, () => {
    const missing = ids.flatMap((id, i) => {
      const { why } = shapeOf(i);
      return why === undefined || kept.has(id) ? [] : [`${i % 100}: ${why}`];
    });
    assert.deepEqual([...new Set(missing)], []);
  });
  const chosen = rest.filter(id => kept.has(id)).length;
  await check(`of the ${rest.length} others ${chosen} were kept: the share`, () => {
    assertShare(chosen, rest.length, RATIO, 'the others');
    // Those that nearly fit a policy are no more than the others.
    for (const near of [53, 83, 87]) {
      const those = ids.filter((_, i) => i % 100 === near);
      assertShare(those.filter(id => kept.has(id)).length, those.length, RATIO, `shape ${near}`);
    }
  });
  await check('each sampler decided about its part of the traces, and about all of each', () => {
    const by = [...kept.values()].map(each => new Set(each.map(({ via }) => via)));
    assert.deepEqual([...new Set(by.map(({ size }) => size))], [1]);
    const parts = groupBy(by, ([host]) => host);
    assert.deepEqual([...parts.keys()].sort(), hosts.toSorted());
    for (const [host, part] of parts) assert(part.length > kept.size / 10, `${host}: ${part.length}`);
  });
  await check('a sampler that is started with thresholds writes what each trace stands for', () => {
    const shapes = new Map(ids.map((id, i) => [id, shapeOf(i)]));
    const states = { policy: new Set(), share: new Set(), elsewhere: new Set() };
    for (const { traceId, traceState, via } of spans) {
      const { why } = shapes.get(traceId);
      const by = via !== hosts[WEIGHING] ? 'elsewhere' : why === undefined ? 'share' : 'policy';
      states[by].add(traceState);
    }
    assert.deepEqual(
      Object.values(states).map(each => [...each]),
      [['ot=th:0'], ['ot=th:e6666666666666'], ['']],
    );
  });
}

/** Traces of one failed span each, as OTLP in JSON. */
function failures(count) {
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
