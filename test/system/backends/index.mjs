// Real backends: the package tells each of them the same story, and what the backend shows is compared with what was
// sent.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.mjs';
import { eventually } from '../eventually.mjs';
import { npmFolder } from '../folders.mjs';
import { ROOT } from '../install.mjs';
import { doctorOf } from './doctor.mjs';
import { SKIP_REASON } from './install.mjs';
import * as jaeger from './jaeger.mjs';
import { startCollector, startJaeger, startTestAgent, startZipkin } from './servers.mjs';
import { compare, spansOfOtlp } from './spans.mjs';
import { tellStory } from './story.mjs';
import * as zipkin from './zipkin.mjs';

/** What `programs/edges.mjs` puts where secrets stand. */
const SECRET = 'hunter2-9f8e';

/** OpenTelemetry's own exporter for Zipkin, of the SDK that the package is built on. */
const ZIPKIN_EXPORTER = { '@opentelemetry/exporter-zipkin': '2.12.1' };

/** Each backend's tier, and why a machine may do without it. */
export const BACKENDS = {
  collector: { why: SKIP_REASON.collector, run: runCollector },
  jaeger: { why: SKIP_REASON.jaeger, run: runJaeger },
  zipkin: { why: SKIP_REASON.zipkin, run: runZipkin },
  'ddapm-test-agent': { why: SKIP_REASON.testAgent, run: runTestAgent },
  // Neither its module nor that of the translator inside it is handed out, so there is nothing to start anywhere.
  refinery: { why: async () => 'the Go module proxy does not hand out its module' },
};

/**
 * Tells the story to a backend.
 *
 * @param {import('../report.mjs').Report} report
 * @param {keyof typeof BACKENDS} name which
 * @param {string} app the folder with the packed package
 */
export async function runBackend(report, name, app) {
  const { why, run } = BACKENDS[name];
  const reason = await why();
  if (reason !== undefined) return report.skip(name, reason);
  try {
    await run(report, await install(app));
  } catch (error) {
    await report.failTier(name, error);
  }
}

/** How spans are written: the official decoder must understand each. */
const WAYS = {
  'protobuf, gzip': { protocol: 'http/protobuf', compression: 'gzip' },
  'JSON, plain': { protocol: 'http/json', compression: 'none' },
};

async function runCollector(report, app) {
  for (const [way, options] of Object.entries(WAYS)) {
    const folder = mkdtempSync(join(tmpdir(), 'trace-exported-'));
    const file = join(folder, 'traces.json');
    const address = `127.0.0.1:${await freePort()}`;
    const collector = await startCollector({
      receivers: { otlp: { protocols: { http: { endpoint: address } } } },
      exporters: { file: { path: file, flush_interval: '100ms' } },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['file'] } } },
    });
    try {
      const sent = await tell(report, 'collector', app, otlp(`http://${address}`, options));
      await report.check('collector', `${way}: its file exporter tells all as they were`, () =>
        eventually(() => {
          const lines = readFileSync(file, 'utf8').trim().split('\n');
          const told = lines.flatMap(line => spansOfOtlp(JSON.parse(line)));
          compare(told, sent);
        }),
      );
    } finally {
      await collector.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function runJaeger(report, app) {
  const server = await startJaeger();
  try {
    const sent = await tell(report, 'jaeger', app, {
      exporter: 'jaeger',
      options: { endpoint: server.endpoint, ui: server.api },
    });
    const ids = [...new Set(sent.map(span => span.traceId))];
    const all = async read => (await Promise.all(ids.map(id => read(server.api, id)))).flat();
    await report.check('jaeger', 'all are stored as they were', () =>
      eventually(async () => compare(await all(jaeger.stored), sent, jaeger.STORED)),
    );
    await report.check('jaeger', 'its user interface is given them, in its own model', () =>
      eventually(async () => compare(await all(jaeger.shown), sent, jaeger.SHOWN)),
    );
    const exporter = `jaeger(${JSON.stringify({ endpoint: server.endpoint, ui: server.api })})`;
    await report.check('jaeger', 'the doctor finds its span again', async () => {
      const steps = await doctorOf(app, exporter);
      assert.match(steps['read back'], /^Jaeger has it: /);
    });
    await report.check('jaeger', 'it lists the services', async () => {
      const { data } = await (await fetch(`${server.api}/api/services`)).json();
      const services = [...new Set(sent.map(span => span.service))];
      assert.deepEqual(data.sort(), [...services, 'doctor'].sort());
    });
  } finally {
    await server.stop();
  }
}

async function runZipkin(report, app) {
  const server = await startZipkin();
  try {
    const sent = await tell(report, 'zipkin', app, { zipkin: `${server.endpoint}/api/v2/spans` });
    const ids = [...new Set(sent.map(span => span.traceId))];
    await report.check('zipkin', 'all are there, in its own model', () =>
      eventually(async () => {
        const shown = await Promise.all(ids.map(id => zipkin.shown(server.api, id)));
        compare(shown.flat(), sent, zipkin.SHOWN);
      }),
    );
  } finally {
    await server.stop();
  }
}

async function runTestAgent(report, app) {
  const server = await startTestAgent();
  try {
    const sent = await tell(report, 'ddapm-test-agent', app, {
      exporter: 'datadog',
      options: { agent: server.endpoint },
    });
    await report.check('ddapm-test-agent', 'it decoded all as they were', () =>
      eventually(async () => {
        const requests = await (await fetch(`${server.api}/test/session/traces`)).json();
        const hex = id => Buffer.from(id, 'base64').toString('hex');
        compare(
          requests.flatMap(request => spansOfOtlp(request, hex)),
          sent,
        );
      }),
    );
  } finally {
    await server.stop();
  }
}

/** Tells the story, and holds what the package says of its delivery against what ended. */
async function tell(report, name, app, how) {
  const { spans, delivery } = await tellStory(app, how);
  await report.check(
    name,
    `${spans.length} spans of ${delivery.length} processes: none waits, none was lost`,
    () => {
      assert(spans.length >= 60, `only ${spans.length} spans were made`);
      for (const { service, ended, stats } of delivery) {
        for (const { exporter, ...numbers } of stats) {
          const { queued, sent, rejected, dropped } = numbers;
          assert.deepEqual(
            { ended: numbers.ended, queued, sent, rejected, dropped },
            { ended, queued: 0, sent: ended, rejected: 0, dropped: {} },
            `${service}, ${exporter}: ${JSON.stringify(numbers)}`,
          );
        }
      }
    },
  );
  await report.check(name, 'the secrets in the story were masked before it was sent', () => {
    const { attributes } = spans.find(span => span.name === 'secrets');
    assert.match(attributes['url.full'], /shop\.example\/pay/);
    assert(!JSON.stringify(spans).includes(SECRET));
  });
  return spans;
}

function otlp(endpoint, options = {}) {
  return { exporter: 'otlp', options: { endpoint, ...options } };
}

async function install(app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  const folder = await npmFolder('story', { ...ZIPKIN_EXPORTER, '@do/trace': packed });
  for (const programs of ['examples/shop', 'test/system/programs']) {
    cpSync(join(ROOT, programs), join(folder, programs), { recursive: true });
  }
  return folder;
}
