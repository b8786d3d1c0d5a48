// Compares the spans of OpenTelemetry's instrumentations with our provider and with OpenTelemetry's, field by field. Also tests
// that the sampler, processor and exporter of SDK 3 work with our spans.

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

/** The name of the tier in the report. */
export const ECOSYSTEM = "OpenTelemetry's ecosystem";

/** The newest versions that run on every supported Node.js. */
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
 * The intended differences. Any other difference fails the test, and so does an entry that applies to no span.
 *
 * `covers` returns whether the two values at a path differ only in this way.
 */
const INTENDED = [
  {
    path: /^fields\.(traceFlags|parentFlags)$/,
    covers: (theirs, ours) => ours === (theirs | 2),
    why: 'new trace ids are random and have the flag of W3C; OpenTelemetry loses the flag',
  },
  {
    path: /^fields\.events\.\d+\.attributes\.exception\.type$/,
    covers: (theirs, ours) => /^(\d+|E[A-Z]+)$/.test(theirs) && ours.endsWith('Error'),
    why: 'exception.type is the name of the class, as the semantic conventions require, and never a code',
  },
  {
    path: /^fields\.events\.\d+\.attributes\.exception\.code$/,
    covers: theirs => theirs === undefined,
    why: 'the code of an error is a separate attribute',
  },
];

/**
 * Runs the tier.
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
    // One after the other, because both empty the same Redis at their start.
    theirs = await spansOf(folder, 'theirs', broker.env);
    ours = await spansOf(folder, 'ours', broker.env);
  } finally {
    await broker.stop();
  }
  const [before, after] = [forest(theirs), forest(ours)];
  assert(before.length >= 15 && theirs.length >= 60, `there are only ${theirs.length} spans`);
  for (const scope of ['http', 'undici', 'express', 'ioredis']) {
    const name = `@opentelemetry/instrumentation-${scope}`;
    assert(
      theirs.some(span => span.fields.scope.name === name),
      `there is no span of ${name}`,
    );
  }
  const differences = differencesOf(before, after, []);
  const unintended = differences.filter(each => reasonFor(each) === undefined);
  assert.deepEqual(unintended, [], 'these differences are not intended');
  for (const { why } of INTENDED) {
    assert(
      differences.some(each => reasonFor(each) === why),
      `no span has this difference: ${why}`,
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
  const spans = await program.nextMessage();
  await program.end();
  return spans;
}

/** Returns the spans as trees, in an order that does not depend on ids and times. */
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
  // The requests were sent one after the other, so the traces are in the order of their ends.
  return spans.filter(span => !known.has(parentKey(span))).map(tree);
}

/** Compares siblings by the fields that must be equal on both sides. */
function byText(a, b) {
  const text = ({ fields }) =>
    JSON.stringify([fields.scope.name, fields.name, fields.kind, fields.attributes]);
  return text(a) < text(b) ? -1 : 1;
}

/** Replaces the values that differ between runs: ports. */
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
  return INTENDED.find(({ path: pattern, covers }) => pattern.test(inSpan) && covers(theirs, ours))?.why;
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
    const reported = await program.nextMessage();
    await program.end();
    assert.deepEqual(
      reported.sampledNames,
      ['order', 'health', 'payment'],
      'the names that the sampler received',
    );
    assert.deepEqual(
      bodies.map(body => body.type),
      [protocol === 'http' ? 'application/json' : 'application/x-protobuf'],
    );
    const [{ text }] = bodies;
    for (const part of ['order', 'payment', 'order.id', 'sampled.by', 'rule-7', 'reserved', 'no funds']) {
      assert(text.includes(part), `${part} has not arrived`);
    }
    assert(!text.includes('health'), 'a span that the sampler dropped was sent');
    if (protocol === 'http') assertOtlp(JSON.parse(text), reported);
    else for (const id of reported.ids) assert(text.includes(Buffer.from(id, 'hex').toString('latin1')));
  } finally {
    receiver.close();
  }
}

function assertOtlp(body, { ids }) {
  const [{ scopeSpans, resource }] = body.resourceSpans;
  const spans = scopeSpans.flatMap(each => each.spans);
  const [payment, order] = ['payment', 'order'].map(name => spans.find(span => span.name === name));
  assert.equal(spans.length, 2);
  assert.deepEqual([order.traceId, order.spanId, payment.spanId], ids);
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
  // The engine is not an entry of the package. Its modules find OpenTelemetry's packages in the folder.
  cpSync(join(ROOT, 'build/cjs'), join(folder, 'node_modules/@do/trace/build/cjs'), { recursive: true });
  return folder;
}
