// The backends, each on loopback and free ports, with its files in a folder that goes with it. The first start on a new
// machine builds the program, which takes minutes: tests that start one run under `scripts/system.mjs`.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.mjs';
import { Child } from '../processes.mjs';
import { waitForPort } from '../servers.mjs';
import { collectorProgram, jaegerProgram, testAgentProgram, zipkinJar } from './install.mjs';

const READY = /Everything is ready\. Begin running and processing data\./;

/**
 * Starts an OpenTelemetry Collector.
 *
 * @param {string | object} config its configuration: YAML, or an object
 * @param {object} [options] settings
 * @param {Record<string, string>} [options.env] what `${env:NAME}` in the configuration stands for
 * @param {Record<string, unknown>} [options.set] single settings that go before the configuration's, by their path
 *   with colons: `{ 'receivers::otlp::protocols::http::endpoint': '127.0.0.1:4318' }`
 * @param {string[]} [options.args] further arguments: `['--feature-gates=…']`
 * @returns the process, whose `said` is its log, and how to end it
 * @throws when it refuses the configuration, with what it said
 */
export async function startCollector(config, { env = {}, set = {}, args = [] } = {}) {
  const program = await collectorProgram();
  const folder = mkdtempSync(join(tmpdir(), 'trace-collector-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  // Its own metrics would want port 8888.
  const settings = { 'service::telemetry::metrics::level': 'none', ...set };
  const overrides = Object.entries(settings).map(([path, value]) => `--config=yaml:${path}: ${value}`);
  return started(new Child(program, [`--config=${file}`, ...overrides, ...args], { env }), READY, folder);
}

/** Starts Jaeger 2 with its storage in memory; spans go to `endpoint`, and `api` answers under `/api`. */
export async function startJaeger() {
  const program = await jaegerProgram();
  const [otlp, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const at = port => ({ endpoint: `127.0.0.1:${port}` });
  const storage = 'memory';
  const config = {
    extensions: {
      jaeger_storage: { backends: { [storage]: { memory: { max_traces: 10_000 } } } },
      jaeger_query: { storage: { traces: storage }, http: at(http), grpc: at(grpc) },
    },
    receivers: { otlp: { protocols: { http: at(otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: storage } },
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
  };
  const folder = mkdtempSync(join(tmpdir(), 'trace-jaeger-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify(config));
  const jaeger = await started(new Child(program, [`--config=${file}`]), READY, folder);
  return { ...jaeger, endpoint: loopback(otlp), api: loopback(http) };
}

/** Starts Zipkin with its storage in memory; spans go to `endpoint` and answers come from `/api/v2` on the same port. */
export async function startZipkin() {
  const jar = await zipkinJar();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'trace-zipkin-'));
  const env = { QUERY_PORT: String(port), SELF_TRACING_ENABLED: 'false', STORAGE_TYPE: 'mem' };
  const args = [
    '-Xmx512m',
    `-Djava.io.tmpdir=${folder}`,
    '-Darmeria.useDefaultUnhandledExceptionReporter=false',
  ];
  const server = new Child('java', [...args, '-jar', jar], { env, cwd: folder });
  const zipkin = await started(server, /Serving HTTP at/, folder);
  return { ...zipkin, endpoint: loopback(port), api: loopback(port) };
}

/** Starts Datadog's test agent: spans go to `endpoint` as OTLP, and `/test/session` on the same port tells what came. */
export async function startTestAgent() {
  const program = await testAgentProgram();
  const [port, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'trace-test-agent-'));
  const args = [`--port=${port}`, `--otlp-http-port=${http}`, `--otlp-grpc-port=${grpc}`, '--host=127.0.0.1'];
  const server = new Child(program, args, { cwd: folder });
  await waitForPort(http, server);
  await waitForPort(port, server);
  const agent = await started(server, /(?:)/, folder);
  return { ...agent, endpoint: loopback(http), api: loopback(http), agent: loopback(port) };
}

/** Waits until it is ready; one that does not start leaves nothing behind. */
async function started(child, ready, folder) {
  const stop = async () => {
    await child.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await child.waitForOutput(ready);
  } catch (error) {
    await stop();
    throw error;
  }
  return { child, stop };
}

function loopback(port) {
  return `http://127.0.0.1:${port}`;
}
