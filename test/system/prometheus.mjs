// The metrics page in front of real readers: Prometheus scrapes it and is asked what it understood, promtool and
// Python's parser read it, and the Collector's span metrics connector is given the same spans.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../support/free-port.mjs';
import { eventually } from './eventually.mjs';
import { SKIP_REASON } from './backends/install.mjs';
import { startCollector } from './backends/servers.mjs';
import { npmFolder } from './folders.mjs';
import { debian, python, ROOT, skipReasonForTool } from './install.mjs';
import { Child } from './processes.mjs';

/** The tiers, as the report calls them. */
export const PROMETHEUS = ['prometheus', 'openmetrics parser', 'spanmetrics connector'];
const [SCRAPED, PARSED, CONNECTOR] = PROMETHEUS;

const PEERS = {
  '@opentelemetry/exporter-metrics-otlp-proto': '0.223.0',
  '@opentelemetry/sdk-metrics': '2.12.1',
};
const PYTHON = ['prometheus-client==0.22.1'];
const OPEN = 'application/openmetrics-text; version=1.0.0';
const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';

/** Runs the three tiers. */
export async function runPrometheus(report, app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  try {
    const bare = await install('metrics-bare', { '@do/trace': packed });
    await report.check(
      SCRAPED,
      'without the optional packages there is a page, and one line says what is missing',
      () => pageAlone(bare),
    );
    const folder = await install('metrics', { ...PEERS, '@do/trace': packed });
    await scraped(report, folder);
    const reason = await skipReasonForTool('Python', '3.9');
    if (reason === undefined) await parsed(report, folder);
    else report.skip(PARSED, reason);
    const why = await SKIP_REASON.collector();
    if (why === undefined) await besideConnector(report, folder);
    else report.skip(CONNECTOR, why);
  } catch (error) {
    await report.failTier(SCRAPED, error);
  }
}

async function pageAlone(folder) {
  const service = await startService(folder, { sample: 1 });
  try {
    const page = await read(service.url);
    assert.match(page, /^traces_span_metrics_calls_total\{/m);
    assert.doesNotMatch(page, /otel_sdk/);
    assert.equal(service.child.output.match(/npm install @opentelemetry\/sdk-metrics/g)?.length, 1);
  } finally {
    await service.child.end();
  }
}

async function scraped(report, folder) {
  const service = await startService(folder, { sample: 0.05, odd: true });
  let prometheus;
  try {
    prometheus = await startPrometheus(new URL(service.url));
    const query = async text => (await ask(prometheus, `query?query=${encodeURIComponent(text)}`)).result;
    await report.check(SCRAPED, 'it scrapes the page without an error', () =>
      eventually(async () => {
        const [target] = (await ask(prometheus, 'targets')).activeTargets;
        assert.deepEqual([target.health, target.lastError], ['up', '']);
      }),
    );
    const total = service.truth.reduce((sum, [, , , count]) => sum + count, 0);
    await report.check(
      SCRAPED,
      `its counts of ${total} spans are the truth while one in twenty is kept`,
      async () => {
        // It calls a target healthy a moment before what it has read can be asked for.
        await eventually(async () => assert.deepEqual(tally(await query(CALLS)), expected(service.truth)));
        assert.deepEqual(tally(await query(`${DURATION}_count`)), expected(service.truth));
        assert.deepEqual(tally(await query(`${DURATION}_bucket{le="+Inf"}`)), expected(service.truth));
        assert(
          service.kept.length > total / 40 && service.kept.length < total / 10,
          `${service.kept.length} kept`,
        );
      },
    );
    await report.check(SCRAPED, 'its exemplars are kept spans', async () => {
      const now = Date.now() / 1_000;
      const range = `&start=${now - 600}&end=${now + 600}`;
      const series = await ask(prometheus, `query_exemplars?query=${DURATION}_bucket${range}`);
      const ids = series.flatMap(({ exemplars }) =>
        exemplars.map(({ labels }) => `${labels.trace_id} ${labels.span_id}`),
      );
      assert(ids.length >= 5, `${ids.length} exemplars`);
      assert.deepEqual(
        ids.filter(id => !service.kept.includes(id)),
        [],
      );
    });
    await report.check(
      SCRAPED,
      'the numbers of delivery and the process stand on the same page',
      async () => {
        const [processed] = await query('otel_sdk_processor_span_processed_total');
        assert.equal(Number(processed.value[1]), service.kept.length);
        assert.equal((await query('target_info{service_name="shop",service_version="1.2.3"}')).length, 1);
      },
    );
    await report.check(SCRAPED, 'promtool reads the older format, and objects to the unit only', async () => {
      const promtool = join(dirname(await debian('promtool', ['prometheus'])), 'promtool');
      const { code, said } = await piped(
        promtool,
        ['check', 'metrics'],
        await read(service.url, 'text/plain'),
      );
      // Exit status 3 is advice; the connector's own name has the unit.
      assert.equal(code, 3, said);
      assert.match(
        said.trim(),
        /^traces_span_metrics_duration_milliseconds use base unit "seconds" instead of "milliseconds"$/,
      );
    });
  } finally {
    await prometheus?.stop();
    await service.child.end();
  }
}

async function parsed(report, folder) {
  const service = await startService(folder, { sample: 0.5, odd: true });
  try {
    const path = await python(PYTHON, 'python-metrics');
    const program =
      'import sys, json; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read; ' +
      "print(json.dumps([[s.name, s.labels, s.value, s.exemplar is not None] for f in read(sys.stdin.buffer.read().decode('utf8')) for s in f.samples]))";
    await report.check(PARSED, "Python's strict parser reads every sample, with exemplars", async () => {
      const { code, said } = await piped(path, ['-c', program], await read(service.url, OPEN));
      assert.equal(code, 0, said);
      const samples = JSON.parse(said);
      const calls = samples.filter(([name]) => name === CALLS);
      assert.deepEqual(
        tally(calls.map(([, metric, value]) => ({ metric, value: [0, value] }))),
        expected(service.truth),
      );
      assert(samples.some(([name, , , hasExemplar]) => name === `${DURATION}_bucket` && hasExemplar));
    });
  } finally {
    await service.child.end();
  }
}

/** The same spans, sent to a Collector; what its connector makes of them, and what we push, against our own page. */
async function besideConnector(report, folder) {
  const [otlp, connector, pushed] = [await freePort(), await freePort(), await freePort()];
  const at = port => ({ endpoint: `127.0.0.1:${port}` });
  const collector = await startCollector({
    receivers: { otlp: { protocols: { http: at(otlp) } } },
    connectors: { span_metrics: { metrics_flush_interval: '500ms' } },
    exporters: { 'prometheus/connector': at(connector), 'prometheus/pushed': at(pushed) },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['span_metrics'] },
        'metrics/connector': { receivers: ['span_metrics'], exporters: ['prometheus/connector'] },
        'metrics/pushed': { receivers: ['otlp'], exporters: ['prometheus/pushed'] },
      },
    },
  });
  let service;
  try {
    service = await startService(folder, { sample: 1, endpoint: `http://127.0.0.1:${otlp}` });
    const ours = spanMetrics(await read(service.url, 'text/plain'));
    assert(ours.size > 500, `${ours.size} series`);
    for (const [what, port] of [
      ['the connector makes the same series of the same spans, bucket by bucket', connector],
      ['what is pushed as OTLP is what the page shows', pushed],
    ]) {
      await report.check(CONNECTOR, `${what} (${ours.size})`, () =>
        eventually(async () => {
          const theirs = spanMetrics(await read(`http://127.0.0.1:${port}/metrics`, 'text/plain'));
          assert.deepEqual(sorted(ours), sorted(theirs));
        }),
      );
    }
  } finally {
    await service?.child.end();
    await collector.stop();
  }
}

async function startService(folder, settings) {
  const port = await freePort();
  const options = { cwd: folder, env: { METRICS: JSON.stringify({ port, ...settings }) }, ipc: true };
  const child = new Child(process.execPath, ['test/system/programs/metrics.mjs'], options);
  const { truth, kept } = await child.nextMessage();
  const url = `http://127.0.0.1:${port}/metrics`;
  // The address is looked up before it is bound, so the spans may be counted before the page is there.
  await eventually(() => fetch(url, { method: 'HEAD' }));
  return { child, truth, kept, url };
}

async function startPrometheus({ host, pathname }) {
  const program = await debian('prometheus', ['prometheus']);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'trace-prometheus-'));
  const config = join(folder, 'prometheus.yaml');
  const job = { job_name: 'shop', metrics_path: pathname, static_configs: [{ targets: [host] }] };
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  const child = new Child(program, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ]);
  const stop = async () => {
    await child.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await child.waitForOutput(/Server is ready to receive web requests/);
  } catch (error) {
    await stop();
    throw error;
  }
  return { api: `http://127.0.0.1:${port}/api/v1`, stop };
}

async function ask({ api }, path) {
  const { status, data, error } = await (await fetch(`${api}/${path}`)).json();
  assert.equal(status, 'success', error);
  return data;
}

/** Counts by name, kind and whether it failed, as one text each. */
function tally(result) {
  return Object.fromEntries(
    result
      .map(({ metric: { span_name, span_kind, status_code }, value }) => [
        JSON.stringify([span_name, span_kind, status_code]),
        Number(value[1]),
      ])
      .sort(byKey),
  );
}

function expected(truth) {
  return Object.fromEntries(
    truth
      .map(([name, kind, failed, count]) => [
        JSON.stringify([
          label(name),
          `SPAN_KIND_${kind.toUpperCase()}`,
          `STATUS_CODE_${failed ? 'ERROR' : 'UNSET'}`,
        ]),
        count,
      ])
      .sort(byKey),
  );
}

/** What becomes of a span's name: control characters and halves of characters are replaced, and 256 are the end. */
function label(name) {
  const whole = Buffer.from(name)
    .toString()
    .replace(/\p{Cc}/gu, ' ');
  return whole.length > 256 ? `${whole.slice(0, 255)}…` : whole;
}

/** The span metrics of a page, without what the Collector adds of itself; sums as far as floating point agrees. */
function spanMetrics(page) {
  const samples = page.split('\n').filter(line => line.startsWith('traces_span_metrics_'));
  return new Map(
    samples.map(line => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
      const own = labels
        .split(/,(?=[a-z_]+=")/)
        .filter(each => !/^(?:otel_scope|collector_instance|job=|instance=)/.test(each));
      return [`${name} ${own.sort().join()}`, Number(Number(value).toPrecision(9))];
    }),
  );
}

function sorted(series) {
  return Object.fromEntries([...series].sort(byKey));
}

function byKey([a], [b]) {
  return a < b ? -1 : 1;
}

async function read(url, accept = OPEN) {
  const response = await fetch(url, { headers: { accept } });
  assert.equal(response.status, 200);
  return response.text();
}

function piped(program, args, input) {
  return new Promise(resolve => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
    );
    child.stdin.end(input);
  });
}

async function install(name, packages) {
  const folder = await npmFolder(name, packages);
  cpSync(join(ROOT, 'test/system/programs'), join(folder, 'test/system/programs'), { recursive: true });
  return folder;
}
