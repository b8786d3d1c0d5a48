// Tests the metrics page with real readers: Prometheus scrapes it and is queried, promtool and Python's parser read it, and the
// span metrics connector of the Collector receives the same spans.

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

/** The names of the tiers in the report. */
export const PROMETHEUS = ['prometheus', 'openmetrics parser', 'spanmetrics connector'];
const [SCRAPED, PARSED, CONNECTOR] = PROMETHEUS;

const PEERS = {
  '@opentelemetry/exporter-metrics-otlp-proto': '0.223.0',
  '@opentelemetry/sdk-metrics': '2.12.1',
};
const PYTHON = ['prometheus-client==0.22.1'];
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0';
const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';

/** Runs the three tiers. */
export async function runPrometheus(report, app) {
  const packed = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies['@do/trace'];
  try {
    const bare = await install('metrics-bare', { '@do/trace': packed });
    await report.check(
      SCRAPED,
      'without the optional packages there is a page, and one message names the missing package',
      () => checkWithoutOptionalPackages(bare),
    );
    const folder = await install('metrics', { ...PEERS, '@do/trace': packed });
    await checkWithPrometheus(report, folder);
    const noPython = await skipReasonForTool('Python', '3.9');
    if (noPython === undefined) await checkWithPythonParser(report, folder);
    else report.skip(PARSED, noPython);
    const noCollector = await SKIP_REASON.collector();
    if (noCollector === undefined) await compareWithConnector(report, folder);
    else report.skip(CONNECTOR, noCollector);
  } catch (error) {
    await report.failTier(SCRAPED, error);
  }
}

async function checkWithoutOptionalPackages(folder) {
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

async function checkWithPrometheus(report, folder) {
  const service = await startService(folder, { sample: 0.05, unusualNames: true });
  let prometheus;
  try {
    prometheus = await startPrometheus(new URL(service.url));
    const query = async text => (await callApi(prometheus, `query?query=${encodeURIComponent(text)}`)).result;
    await report.check(SCRAPED, 'it scrapes the page without an error', () =>
      eventually(async () => {
        const [target] = (await callApi(prometheus, 'targets')).activeTargets;
        assert.deepEqual([target.health, target.lastError], ['up', '']);
      }),
    );
    const total = service.ended.reduce((sum, [, , , count]) => sum + count, 0);
    await report.check(SCRAPED, `it counts all ${total} spans although one in twenty is kept`, async () => {
      // A target is healthy shortly before queries return its samples.
      const expected = expectedCounts(service.ended);
      await eventually(async () => assert.deepEqual(countsOf(await query(CALLS)), expected));
      assert.deepEqual(countsOf(await query(`${DURATION}_count`)), expected);
      assert.deepEqual(countsOf(await query(`${DURATION}_bucket{le="+Inf"}`)), expected);
      assert(
        service.kept.length > total / 40 && service.kept.length < total / 10,
        `${service.kept.length} kept`,
      );
    });
    await report.check(SCRAPED, 'its exemplars are kept spans', async () => {
      const now = Date.now() / 1_000;
      const range = `&start=${now - 600}&end=${now + 600}`;
      const series = await callApi(prometheus, `query_exemplars?query=${DURATION}_bucket${range}`);
      const ids = series.flatMap(({ exemplars }) =>
        exemplars.map(({ labels }) => `${labels.trace_id} ${labels.span_id}`),
      );
      assert(ids.length >= 5, `${ids.length} exemplars`);
      assert.deepEqual(
        ids.filter(id => !service.kept.includes(id)),
        [],
      );
    });
    await report.check(SCRAPED, 'the page contains the statistics of delivery and the resource', async () => {
      const [processed] = await query('otel_sdk_processor_span_processed_total');
      assert.equal(Number(processed.value[1]), service.kept.length);
      assert.equal((await query('target_info{service_name="shop",service_version="1.2.3"}')).length, 1);
    });
    await report.check(SCRAPED, 'promtool accepts the text format, except for the unit', async () => {
      const promtool = join(dirname(await debian('promtool', ['prometheus'])), 'promtool');
      const { code, output } = await runWithInput(
        promtool,
        ['check', 'metrics'],
        await read(service.url, 'text/plain'),
      );
      // Exit status 3 means a lint warning. The metric of the connector has the same name and unit.
      assert.equal(code, 3, output);
      assert.match(
        output.trim(),
        /^traces_span_metrics_duration_milliseconds use base unit "seconds" instead of "milliseconds"$/,
      );
    });
  } finally {
    await prometheus?.stop();
    await service.child.end();
  }
}

async function checkWithPythonParser(report, folder) {
  const service = await startService(folder, { sample: 0.5, unusualNames: true });
  try {
    const path = await python(PYTHON, 'python-metrics');
    const program =
      'import sys, json; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read; ' +
      "print(json.dumps([[s.name, s.labels, s.value, s.exemplar is not None] for f in read(sys.stdin.buffer.read().decode('utf8')) for s in f.samples]))";
    await report.check(PARSED, "Python's strict parser reads every sample, with exemplars", async () => {
      const page = await read(service.url, OPENMETRICS);
      const { code, output } = await runWithInput(path, ['-c', program], page);
      assert.equal(code, 0, output);
      const samples = JSON.parse(output);
      const calls = samples.filter(([name]) => name === CALLS);
      assert.deepEqual(
        countsOf(calls.map(([, metric, value]) => ({ metric, value: [0, value] }))),
        expectedCounts(service.ended),
      );
      assert(samples.some(([name, , , hasExemplar]) => name === `${DURATION}_bucket` && hasExemplar));
    });
  } finally {
    await service.child.end();
  }
}

/** Sends the same spans to a Collector, and compares our page with the metrics of its connector and with our pushed metrics. */
async function compareWithConnector(report, folder) {
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
    for (const [description, port] of [
      ['the series of the connector for the same spans are equal, for every bucket', connector],
      ['the series that are pushed as OTLP are equal to those of the page', pushed],
    ]) {
      await report.check(CONNECTOR, `${description} (${ours.size})`, () =>
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
  const { ended, kept } = await child.nextMessage();
  const url = `http://127.0.0.1:${port}/metrics`;
  // The server starts asynchronously, so the spans may end before the page is available.
  await eventually(() => fetch(url, { method: 'HEAD' }));
  return { child, ended, kept, url };
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

async function callApi({ api }, path) {
  const { status, data, error } = await (await fetch(`${api}/${path}`)).json();
  assert.equal(status, 'success', error);
  return data;
}

/** Returns the counts of samples by span name, kind and status. */
function countsOf(result) {
  return Object.fromEntries(
    result
      .map(({ metric: { span_name, span_kind, status_code }, value }) => [
        JSON.stringify([span_name, span_kind, status_code]),
        Number(value[1]),
      ])
      .sort(byKey),
  );
}

/** Returns the expected counts of the spans that the service reports as ended. */
function expectedCounts(ended) {
  return Object.fromEntries(
    ended
      .map(([name, kind, failed, count]) => [
        JSON.stringify([
          labelOf(name),
          `SPAN_KIND_${kind.toUpperCase()}`,
          `STATUS_CODE_${failed ? 'ERROR' : 'UNSET'}`,
        ]),
        count,
      ])
      .sort(byKey),
  );
}

/** Returns the label for a span name: control characters and lone surrogates are replaced, and the length is limited to 256. */
function labelOf(name) {
  const text = Buffer.from(name)
    .toString()
    .replace(/\p{Cc}/gu, ' ');
  return text.length > 256 ? `${text.slice(0, 255)}…` : text;
}

/** Returns the span metrics of a page without the labels of the Collector. Values are rounded, because sums of doubles differ. */
function spanMetrics(page) {
  const samples = page.split('\n').filter(line => line.startsWith('traces_span_metrics_'));
  return new Map(
    samples.map(line => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line);
      const spanLabels = labels
        .split(/,(?=[a-z_]+=")/)
        .filter(each => !/^(?:otel_scope|collector_instance|job=|instance=)/.test(each));
      return [`${name} ${spanLabels.sort().join()}`, Number(Number(value).toPrecision(9))];
    }),
  );
}

function sorted(series) {
  return Object.fromEntries([...series].sort(byKey));
}

function byKey([a], [b]) {
  return a < b ? -1 : 1;
}

async function read(url, accept = OPENMETRICS) {
  const response = await fetch(url, { headers: { accept } });
  assert.equal(response.status, 200);
  return response.text();
}

function runWithInput(program, args, input) {
  return new Promise(resolve => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
    child.stdin.end(input);
  });
}

async function install(name, packages) {
  const folder = await npmFolder(name, packages);
  cpSync(join(ROOT, 'test/system/programs'), join(folder, 'test/system/programs'), { recursive: true });
  return folder;
}
