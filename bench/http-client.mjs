// Measures the cost of tracing in an HTTP client: processor time for each `fetch` and each `http.request` inside a span, with our
// instrumentations, with OpenTelemetry's, and without tracing. A server in another process responds.
//
//   node bench/http-client.mjs [--rounds 41] [--requests 500] [--connections 8]  (after npm run build)
//   node bench/http-client.mjs --profile ours --kind fetch      the processor time of one side, by package and function
//
// The clients run all the time and send in turns. What an instrumentation adds is the difference to the span alone, on the
// same SDK in the same round. Every request must have its spans, and one traceparent header.

import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SIDES } from './http/client-sides.mjs';
import { profiled } from './http/profile.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '41' },
    requests: { type: 'string', default: '500' },
    connections: { type: 'string', default: '8' },
    profile: { type: 'string' },
    kind: { type: 'string', default: 'fetch' },
  },
});
const [rounds, requests, connections] = ['rounds', 'requests', 'connections'].map(key => Number(values[key]));
const KINDS = ['http.request', 'fetch'];
const WARM_UP_ROUNDS = 12;
const BOUND = 0.5;

const children = [];
try {
  process.exitCode = await (values.profile === undefined ? compare() : profile(values.profile));
} finally {
  for (const child of children) child.kill();
}

async function compare() {
  const server = await start('client-server.mjs');
  const names = Object.keys(SIDES);
  const clients = new Map();
  for (const side of names) clients.set(side, (await startClient(side, server.port)).child);
  let isHeld = true;
  console.log(
    `${rounds} rounds of ${requests} requests over ${connections} connections, Node ${process.version}`,
  );
  console.log(`load average ${loadavg()[0].toFixed(1)}; processor time a request, medians (quartiles)`);
  for (const kind of KINDS) {
    const figures = new Map(names.map(name => [name, []]));
    for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round + WARM_UP_ROUNDS) % names.length];
        const us = await runRound(name, clients.get(name), kind, server.child);
        if (round >= 0) figures.get(name).push(us);
      }
    }
    if (!report(kind, figures)) isHeld = false;
  }
  return isHeld ? 0 : 1;
}

/** Sends the requests of a round with one client. Returns the microseconds for each request. */
async function runRound(name, client, kind, server) {
  const { cpuUs, spans } = await request(client, { kind, requests, connections });
  const seen = await request(server, 'count');
  const expected = SIDES[name].spans;
  const traced = expected === 2 ? requests : 0;
  if (spans !== expected * requests || seen.requests !== requests || seen.traced !== traced) {
    throw new Error(
      `${name}, ${kind}: ${spans} spans, ${seen.traced} of ${seen.requests} requests are traced`,
    );
  }
  return cpuUs / requests;
}

function report(kind, figures) {
  console.log(`\n${kind}`);
  const difference = (name, base) => figures.get(name).map((us, round) => us - figures.get(base)[round]);
  for (const [name, us] of figures) {
    console.log(`  ${name.padEnd(32)} ${spread(us).padEnd(26)} adds ${spread(difference(name, 'untraced'))}`);
  }
  const added = name => difference(name, `${name}, the span alone`);
  const [ours, theirs] = [added('ours'), added('OpenTelemetry')];
  console.log(`  the instrumentation alone: ours ${spread(ours)}, OpenTelemetry's ${spread(theirs)}`);
  const whole = ['ours', 'OpenTelemetry'].map(name => quantile(difference(name, 'untraced'), 0.5));
  console.log(`  with the span, ours adds ${(whole[0] / whole[1]).toFixed(2)}x of what OpenTelemetry adds`);
  const ratio = quantile(ours, 0.5) / quantile(theirs, 0.5);
  const isHeld = ratio <= BOUND;
  const result = `bound ${BOUND.toFixed(2)}x${isHeld ? ', held' : ': NOT HELD'}`;
  console.log(`  our instrumentation adds ${ratio.toFixed(2)}x of what OpenTelemetry's adds, ${result}`);
  return isHeld;
}

async function profile(side) {
  const server = await start('client-server.mjs');
  const { child } = await startClient(side, server.port);
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await runRound(side, child, values.kind, server.child);
  await request(child, 'profile');
  for (let round = 0; round < rounds; round++) await runRound(side, child, values.kind, server.child);
  const { profile: recorded } = await request(child, 'profiled');
  console.log(`${side}, ${values.kind}: processor time of the client, microseconds a request`);
  for (const line of profiled(recorded, rounds * requests)) console.log(line);
  return 0;
}

function startClient(side, port) {
  return start('client.mjs', [JSON.stringify({ side, port })]);
}

/** Starts a process. Returns it with its first message. */
async function start(file, args = []) {
  const child = fork(fileURLToPath(new URL(`http/${file}`, import.meta.url)), args);
  child.once('exit', code => {
    if (code) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  });
  children.push(child);
  return { child, ...(await nextMessage(child)) };
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
