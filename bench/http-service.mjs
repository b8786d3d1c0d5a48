// Measures the cost of tracing in an HTTP service: processor time for each request of a server on node:http with three nested
// business spans, with each tracer and without one. A receiver in another process takes the spans, with gzip if the tracer
// supports it. A third process sends the requests over open connections.
//
//   node bench/http-service.mjs [--rounds 15] [--requests 4000] [--sides "untraced;ours"]  (after npm run build)
//   node bench/http-service.mjs --profile ours      the processor time of one side, by package and function
//
// All services run all the time and receive requests in turns. A round ends when the receiver has the spans of all its
// requests, so that delivery is counted too. Every request must arrive as one trace of four spans.

import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { npmFolder } from '../test/system/folders.mjs';
import { profiled } from './http/profile.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    requests: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '16' },
    sides: { type: 'string' },
    profile: { type: 'string' },
  },
});
const requests = Number(values.requests);
const connections = Number(values.connections);
const WARM_UP_ROUNDS = 5;
const SPANS_A_REQUEST = 4;
const BOUND = 0.5;

const OPENTELEMETRY = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/sdk-node': '0.223.0',
  '@opentelemetry/sdk-trace-base': '2.12.1',
  '@opentelemetry/exporter-trace-otlp-proto': '0.223.0',
  '@opentelemetry/instrumentation-http': '0.223.0',
};
const PACKAGES = {
  OpenTelemetry: OPENTELEMETRY,
  autotel: {
    autotel: '7.9.0',
    '@opentelemetry/exporter-trace-otlp-proto': '0.222.0',
    '@opentelemetry/instrumentation-http': '0.222.0',
    '@opentelemetry/sdk-trace-base': '2.11.0',
  },
  // dd-trace 6 needs Node 22.
  'dd-trace': { 'dd-trace': Number(process.versions.node.split('.')[0]) < 22 ? '5.132.0' : '6.21.0' },
};
// Turns off the features of the rivals besides tracing.
const ENVIRONMENT = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  AUTOTEL_METRICS: 'off',
  AUTOTEL_LOGS: 'off',
};
const ALL = ['untraced', 'ours', 'ours, with instrumentation-http', 'OpenTelemetry', 'autotel', 'dd-trace'];

const children = [];
try {
  process.exitCode = await (values.profile === undefined ? compare() : profile(values.profile));
} finally {
  for (const child of children) child.kill();
}

async function compare() {
  const names = values.sides === undefined ? ALL : values.sides.split(';');
  const { receiver, load, services } = await startAll(names);
  const rounds = new Map(names.map(name => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < Number(values.rounds); round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + WARM_UP_ROUNDS) % names.length];
      const figures = await runRound(name, services.get(name), load, receiver);
      if (round >= 0) rounds.get(name).push(figures);
    }
  }
  return report(rounds);
}

async function startAll(names) {
  const receiver = start('receiver.mjs');
  const port = await nextMessage(receiver);
  const load = start('load.mjs');
  const services = new Map();
  for (const side of names) {
    const packages = PACKAGES[side];
    const [first] = Object.entries(packages ?? {});
    const folder =
      packages && (await npmFolder(`bench-http-${first.join('-').replaceAll('/', '-')}`, packages));
    const options = JSON.stringify({ side, url: `http://127.0.0.1:${port}`, folder });
    const service = start('service.mjs', [options]);
    services.set(side, { service, port: (await nextMessage(service)).port });
  }
  return { receiver: `http://127.0.0.1:${port}`, load, services };
}

/** Sends the requests of a round to one service and waits for all spans. Returns the figures for each request. */
async function runRound(name, { service, port }, load, receiver) {
  const expected = name === 'untraced' ? 0 : requests;
  await fetch(`${receiver}/forget`);
  const before = (await request(service, 'cpu')).cpuUs;
  const { ms } = await request(load, { port, requests, connections });
  await request(service, 'flush');
  const seen = await waitForSpans(receiver, expected * SPANS_A_REQUEST);
  const after = (await request(service, 'cpu')).cpuUs;
  return {
    cpuUs: (after - before) / requests,
    perSecond: requests / (ms / 1000),
    spans: seen.spans,
    bytes: seen.bytes / requests,
    whole: expected === (seen.traces[SPANS_A_REQUEST] ?? 0) && seen.spans === expected * SPANS_A_REQUEST,
  };
}

/** Waits until the receiver has all spans, or no new ones for five seconds. Returns its counts. */
async function waitForSpans(receiver, expected) {
  let [seen, since] = [{ spans: -1 }, performance.now()];
  while (performance.now() - since < 5000) {
    const now = await (await fetch(`${receiver}/seen`)).json();
    if (now.spans !== seen.spans) since = performance.now();
    seen = now;
    if (seen.spans >= expected) break;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return seen;
}

function report(rounds) {
  console.log(
    `${values.rounds} rounds of ${requests} requests over ${connections} connections, Node ${process.version}`,
  );
  console.log(
    `load average ${loadavg()[0].toFixed(1)}; medians (quartiles); "adds" is against untraced in the same round`,
  );
  const base = rounds.get('untraced').map(one => one.cpuUs);
  const added = new Map();
  let whole = true;
  for (const [name, figures] of rounds) {
    const cpu = figures.map(one => one.cpuUs);
    const adds = cpu.map((us, round) => us - base[round]);
    added.set(name, quantile(adds, 0.5));
    const [perSecond, bytes] = ['perSecond', 'bytes'].map(key =>
      quantile(
        figures.map(one => one[key]),
        0.5,
      ),
    );
    const spans = figures.reduce((sum, one) => sum + one.spans, 0);
    const broken = figures.filter(one => !one.whole).length;
    if (broken > 0) whole = false;
    const delivered =
      broken > 0
        ? `BROKEN TRACES in ${broken} rounds, ${spans} spans`
        : name === 'untraced'
          ? ''
          : `${spans} spans, ${spans / SPANS_A_REQUEST} traces of ${SPANS_A_REQUEST}, ${bytes.toFixed(0)} B/request`;
    console.log(
      `  ${name.padEnd(32)} ${spread(cpu).padEnd(26)} adds ${spread(adds).padEnd(26)}` +
        ` ${perSecond.toFixed(0).padStart(6)} requests/s  ${delivered}`,
    );
  }
  const against = name => added.get('ours') / added.get(name);
  let held = whole;
  for (const [name, bound] of [
    ['OpenTelemetry', BOUND],
    ['dd-trace', 1],
    ['autotel', undefined],
    ['ours, with instrumentation-http', undefined],
  ]) {
    if (!added.has(name) || !added.has('ours')) continue;
    const ratio = against(name);
    if (bound !== undefined && ratio > bound) held = false;
    const judged =
      bound === undefined ? '' : `, bound ${bound.toFixed(2)}x${ratio > bound ? ': NOT HELD' : ', held'}`;
    console.log(`  ours adds ${ratio.toFixed(2)}x of what ${name} adds${judged}`);
  }
  return held ? 0 : 1;
}

async function profile(side) {
  const { receiver, load, services } = await startAll([side]);
  const service = services.get(side);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await runRound(side, service, load, receiver);
  await request(service.service, 'profile');
  const count = Number(values.rounds) * requests;
  for (let done = 0; done < count; done += requests) await runRound(side, service, load, receiver);
  const { profile: recorded } = await request(service.service, 'profiled');
  console.log(`${side}: processor time of the service, microseconds a request`);
  for (const line of profiled(recorded, count)) console.log(line);
  return 0;
}

function start(file, args = []) {
  const options = { env: { ...process.env, ...ENVIRONMENT } };
  const child = fork(fileURLToPath(new URL(`http/${file}`, import.meta.url)), args, options);
  child.once('exit', code => {
    if (code) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  });
  children.push(child);
  return child;
}

function nextMessage(child) {
  return new Promise(resolve => child.once('message', resolve));
}

function request(child, message) {
  const response = nextMessage(child);
  child.send(message);
  return response;
}

function spread(numbers) {
  const [low, middle, high] = [0.25, 0.5, 0.75].map(q => quantile(numbers, q).toFixed(1));
  return `${middle} us (${low}-${high})`;
}

function quantile(numbers, q) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
