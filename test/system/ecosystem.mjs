// OpenTelemetry's instrumentations give the same spans with our provider as with OpenTelemetry's own: one program, run
// on both, and what was exported compared field by field. And what comes next, SDK 3, takes our spans as they are.

import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nodeBinary } from '../../scripts/nodes.mjs';
import { npmFolder } from './folders.mjs';
import { ROOT } from './install.mjs';
import { Child } from './processes.mjs';
import { BROKERS } from './servers.mjs';

/** What the report calls it. */
export const ECOSYSTEM = "OpenTelemetry's ecosystem";

/** The newest that run on every Node that the package promises. */
const INSTRUMENTED = {
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/context-async-hooks': '2.12.0',
  '@opentelemetry/core': '2.12.1',
  '@opentelemetry/instrumentation': '0.223.0',
  '@opentelemetry/instrumentation-express': '0.71.0',
  '@opentelemetry/instrumentation-http': '0.223.0',
  '@opentelemetry/instrumentation-ioredis': '0.71.0',
  '@opentelemetry/instrumentation-undici': '0.33.0',
  '@opentelemetry/resources': '2.12.1',
  '@opentelemetry/sdk-trace-base': '2.12.1',
  express: '5.3.0',
  ioredis: '5.11.1',
};

/** OpenTelemetry's SDK 3, which needs Node 22. */
const SDK_3 = {
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/exporter-trace-otlp-http': '0.301.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.301.1',
  '@opentelemetry/sdk-trace': '3.1.1',
};

/**
 * Every difference that is wanted; anything else fails, and so does an entry that no span shows any more.
 *
 * `hides` answers whether the two values at a path differ in this way only.
 */
const WANTED = [
  {
    path: /^fields\.(traceFlags|parentFlags)$/,
    hides: (theirs, ours) => ours === (theirs | 2),
    why: 'W3C: ids of new traces are random and say so; OpenTelemetry loses the flag',
  },
  {
    path: /^fields\.events\.\d+\.attributes\.exception\.type$/,
    hides: (theirs, ours) => /^(\d+|E[A-Z]+)$/.test(theirs) && ours.endsWith('Error'),
    why: "exception.type is the class's name, as the semantic conventions say, never a code",
  },
  {
    path: /^fields\.events\.\d+\.attributes\.exception\.code$/,
    hides: theirs => theirs === undefined,
    why: "an error's code has an attribute of its own",
  },
];

/**
 * Runs all of it.
 *
 * @param {import('./report.mjs').Report} report
 * @param {string} app the folder with the packed package
 */
export async function runEcosystem(report, app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  await report.check(ECOSYSTEM, 'http, undici, express 5 and ioredis: the same spans on both providers', () =>
    compareProviders(packed),
  );
  for (const version of ['22', '24']) {
    for (const protocol of ['http', 'proto']) {
      await report.check(
        ECOSYSTEM,
        `Node ${version}: sampler and BatchSpanProcessor of SDK 3.1, OTLP exporter 0.301 (${protocol})`,
        () => deliverBySdk3(packed, version, protocol),
      );
    }
  }
}

async function compareProviders(packed) {
  const folder = await install('ecosystem', INSTRUMENTED, packed, 'ecosystem.cjs');
  const broker = await BROKERS.redis();
  let theirs;
  let ours;
  try {
    // One after the other: both empty the same Redis at their start.
    theirs = await spansOf(folder, 'theirs', broker.env);
    ours = await spansOf(folder, 'ours', broker.env);
  } finally {
    await broker.stop();
  }
  const [before, after] = [forest(theirs), forest(ours)];
  assert(before.length >= 15 && theirs.length >= 60, `only ${theirs.length} spans were made`);
  for (const scope of ['http', 'undici', 'express', 'ioredis']) {
    const name = `@opentelemetry/instrumentation-${scope}`;
    assert(
      theirs.some(span => span.fields.scope.name === name),
      `${name} made no span`,
    );
  }
  const differences = differencesOf(before, after, []);
  const unwanted = differences.filter(each => reasonFor(each) === undefined);
  assert.deepEqual(unwanted, [], 'these differences are not wanted');
  for (const { why } of WANTED) {
    assert(
      differences.some(each => reasonFor(each) === why),
      `no span shows this any more: ${why}`,
    );
  }
  for (const span of ours) {
    const parent = ours.find(each => each.spanId === span.parentSpanId && each.traceId === span.traceId);
    assert(
      parent === undefined || !isBefore(span.start, parent.start),
      `${span.fields.name} starts too early`,
    );
    assert(!isBefore(span.end, span.start), `${span.fields.name} ends before it starts`);
  }
}

async function spansOf(folder, provider, env) {
  const program = new Child(process.execPath, ['ecosystem.cjs', provider], { cwd: folder, env, ipc: true });
  const spans = await program.message();
  await program.end();
  return spans;
}

/** The spans as trees, in an order that neither ids nor times decide. */
function forest(spans) {
  const key = span => `${span.traceId}/${span.spanId}`;
  const known = new Set(spans.map(key));
  const parentKey = span => `${span.traceId}/${span.parentSpanId}`;
  const tree = span => ({
    fields: normalised(span.fields),
    children: spans
      .filter(each => parentKey(each) === key(span))
      .map(tree)
      .sort(byText),
  });
  // The requests came one after the other, so their traces stand in the order of their ends.
  return spans.filter(span => !known.has(parentKey(span))).map(tree);
}

/** Sorted by what both sides must agree upon; the rest is compared. */
function byText(a, b) {
  const text = ({ fields }) =>
    JSON.stringify([fields.scope.name, fields.name, fields.kind, fields.attributes]);
  return text(a) < text(b) ? -1 : 1;
}

/** Without what differs from run to run: ports, process ids and the rows and columns of stacks. */
function normalised(value, key = '') {
  if (typeof value === 'number') return /\bport$/.test(key) ? '<port>' : value;
  if (typeof value === 'string') {
    return value.replace(/(127\.0\.0\.1|localhost|::1):\d+/g, '$1:<port>');
  }
  if (Array.isArray(value)) return value.map(each => normalised(each));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, normalised(each, name)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function differencesOf(theirs, ours, path) {
  const plain = value => typeof value === 'object' && value !== null;
  if (plain(theirs) && plain(ours)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...keys].flatMap(key => differencesOf(theirs[key], ours[key], [...path, key]));
  }
  return Object.is(theirs, ours) ? [] : [{ path: path.join('.'), theirs, ours }];
}

function reasonFor({ path, theirs, ours }) {
  const inSpan = path.slice(path.lastIndexOf('fields.'));
  return WANTED.find(wanted => wanted.path.test(inSpan) && wanted.hides(theirs, ours))?.why;
}

function isBefore(a, b) {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

async function deliverBySdk3(packed, version, protocol) {
  const folder = await install('sdk-3', SDK_3, packed, 'sdk-3.mjs');
  const node = await nodeBinary(version);
  const bodies = [];
  const receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    bodies.push({ type: request.headers['content-type'], text: plain.toString('latin1') });
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
  });
  await new Promise(resolve => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const env = { ENDPOINT: `http://127.0.0.1:${receiver.address().port}/v1/traces` };
    const program = new Child(node.path, ['sdk-3.mjs', protocol], { cwd: folder, env, ipc: true });
    const told = await program.message();
    await program.end();
    assert.deepEqual(told.asked, ['order', 'health', 'payment'], 'the sampler was asked for these');
    assert.deepEqual(
      bodies.map(body => body.type),
      [protocol === 'http' ? 'application/json' : 'application/x-protobuf'],
    );
    const [{ text }] = bodies;
    for (const part of ['order', 'payment', 'order.id', 'sampled.by', 'rule-7', 'reserved', 'no funds']) {
      assert(text.includes(part), `${part} has not arrived`);
    }
    assert(!text.includes('health'), 'what the sampler dropped was sent');
    if (protocol === 'http') assertOtlp(JSON.parse(text), told);
    else for (const id of told.ids) assert(text.includes(Buffer.from(id, 'hex').toString('latin1')));
  } finally {
    receiver.close();
  }
}

function assertOtlp(body, told) {
  const [{ scopeSpans, resource }] = body.resourceSpans;
  const spans = scopeSpans.flatMap(each => each.spans);
  const [payment, order] = ['payment', 'order'].map(name => spans.find(span => span.name === name));
  assert.equal(spans.length, 2);
  assert.deepEqual([order.traceId, order.spanId, payment.spanId], told.ids);
  assert.deepEqual([payment.traceId, payment.parentSpanId], [order.traceId, order.spanId]);
  assert.deepEqual(payment.status, { code: 2, message: 'no funds' });
  assert.equal(order.traceState, 'rule=7');
  assert(BigInt(payment.startTimeUnixNano) >= BigInt(order.startTimeUnixNano));
  assert(BigInt(payment.endTimeUnixNano) <= BigInt(order.endTimeUnixNano));
  const service = resource.attributes.find(({ key }) => key === 'service.name');
  assert.deepEqual(service.value, { stringValue: 'shop' });
}

async function install(name, packages, packed, program) {
  const folder = await npmFolder(name, { ...packages, '@do/trace': packed });
  cpSync(join(ROOT, 'test/system/programs', program), join(folder, program));
  return folder;
}
