// Sends the spans of one scenario to each real backend, reads them back, and compares them with the sent spans.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.mjs';
import { eventually } from '../eventually.mjs';
import { npmFolder } from '../folders.mjs';
import { ROOT } from '../install.mjs';
import { runDoctor } from './doctor.mjs';
import { SKIP_REASON } from './install.mjs';
import * as jaeger from './jaeger.mjs';
import { startCollector, startJaeger, startTestAgent, startZipkin } from './servers.mjs';
import { compare, spansOfOtlp } from './spans.mjs';
import { runScenario } from './scenario.mjs';
import * as zipkin from './zipkin.mjs';

/** The secret in `programs/edges.mjs`. */
const SECRET = 'hunter2-9f8e';

/** OpenTelemetry's exporter for Zipkin, in the version of the SDK that the package uses. */
const ZIPKIN_EXPORTER = { '@opentelemetry/exporter-zipkin': '2.12.1' };

/** The tiers: one for each backend, with the function that returns the reason for a skip. */
export const BACKENDS = {
  collector: { skipReason: SKIP_REASON.collector, run: runCollector },
  jaeger: { skipReason: SKIP_REASON.jaeger, run: runJaeger },
  zipkin: { skipReason: SKIP_REASON.zipkin, run: runZipkin },
  'ddapm-test-agent': { skipReason: SKIP_REASON.testAgent, run: runTestAgent },
  // The proxy has neither this module nor that of its translator, so no machine can build it.
  refinery: { skipReason: async () => 'the Go module proxy does not have its module' },
};

/**
 * Tests one backend.
 *
 * @param {import('../report.mjs').Report} report
 * @param {keyof typeof BACKENDS} name the backend
 * @param {string} app the folder with the packed package
 */
export async function runBackend(report, name, app) {
  const { skipReason, run } = BACKENDS[name];
  const reason = await skipReason();
  if (reason !== undefined) return report.skip(name, reason);
  try {
    await run(report, await install(app));
  } catch (error) {
    await report.failTier(name, error);
  }
}

/** The encodings of OTLP. The decoder of the Collector must accept each. */
const ENCODINGS = {
  'protobuf, gzip': { protocol: 'http/protobuf', compression: 'gzip' },
  'JSON, plain': { protocol: 'http/json', compression: 'none' },
};

async function runCollector(report, app) {
  for (const [encoding, options] of Object.entries(ENCODINGS)) {
    const folder = mkdtempSync(join(tmpdir(), 'trace-exported-'));
    const file = join(folder, 'traces.json');
    const address = `127.0.0.1:${await freePort()}`;
    const collector = await startCollector({
      receivers: { otlp: { protocols: { http: { endpoint: address } } } },
      exporters: { file: { path: file, flush_interval: '100ms' } },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['file'] } } },
    });
    try {
      const sent = await sendScenario(report, 'collector', app, otlp(`http://${address}`, options));
      await report.check('collector', `${encoding}: its file exporter writes all spans unchanged`, () =>
        eventually(() => {
          const lines = readFileSync(file, 'utf8').trim().split('\n');
          const written = lines.flatMap(line => spansOfOtlp(JSON.parse(line)));
          compare(written, sent);
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
    const sent = await sendScenario(report, 'jaeger', app, {
      exporter: 'jaeger',
      options: { endpoint: server.endpoint, ui: server.api },
    });
    const ids = [...new Set(sent.map(span => span.traceId))];
    const readAll = async read => (await Promise.all(ids.map(id => read(server.api, id)))).flat();
    await report.check('jaeger', 'all spans are stored unchanged', () =>
      eventually(async () => compare(await readAll(jaeger.readStored), sent, jaeger.STORAGE_CHANGES)),
    );
    await report.check('jaeger', 'its user interface receives all spans in the model of Jaeger', () =>
      eventually(async () => compare(await readAll(jaeger.readForUi), sent, jaeger.UI_CHANGES)),
    );
    const exporter = `jaeger(${JSON.stringify({ endpoint: server.endpoint, ui: server.api })})`;
    await report.check('jaeger', 'the doctor reads its span back', async () => {
      const steps = await runDoctor(app, exporter);
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
    const sent = await sendScenario(report, 'zipkin', app, { zipkin: `${server.endpoint}/api/v2/spans` });
    const ids = [...new Set(sent.map(span => span.traceId))];
    await report.check('zipkin', 'all spans are stored in the model of Zipkin', () =>
      eventually(async () => {
        const stored = await Promise.all(ids.map(id => zipkin.readStored(server.api, id)));
        compare(stored.flat(), sent, zipkin.MODEL_CHANGES);
      }),
    );
  } finally {
    await server.stop();
  }
}

async function runTestAgent(report, app) {
  const server = await startTestAgent();
  try {
    const sent = await sendScenario(report, 'ddapm-test-agent', app, {
      exporter: 'datadog',
      options: { agent: server.endpoint },
    });
    await report.check('ddapm-test-agent', 'it decodes all spans unchanged', () =>
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

/** Runs the scenario, and compares the delivery statistics with the ended spans. Returns the spans. */
async function sendScenario(report, name, app, output) {
  const { spans, delivery } = await runScenario(app, output);
  await report.check(name, `${spans.length} spans of ${delivery.length} processes: all are sent`, () => {
    assert(spans.length >= 60, `there are only ${spans.length} spans`);
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
  });
  await report.check(name, 'secrets are masked before they are sent', () => {
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
  const folder = await npmFolder('backends', { ...ZIPKIN_EXPORTER, '@do/trace': packed });
  for (const programs of ['examples/shop', 'test/system/programs']) {
    cpSync(join(ROOT, programs), join(folder, programs), { recursive: true });
  }
  return folder;
}
