// Starts backends on loopback and free ports. Their files are in a folder that is removed at the end. The first start on a machine
// builds the program, which takes minutes. Tests with a backend therefore run in `scripts/system.mjs`.

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
 * @param {string | object} config the configuration, as YAML or as an object
 * @param {object} [options] settings
 * @param {Record<string, string>} [options.env] the values of `${env:NAME}` in the configuration
 * @param {Record<string, unknown>} [options.set] single settings that override the configuration, by their path with colons:
 *   `{ 'receivers::otlp::protocols::http::endpoint': '127.0.0.1:4318' }`
 * @param {string[]} [options.args] further arguments: `['--feature-gates=…']`
 * @returns the process, whose `output` is its log, and a function that ends it
 * @throws if the Collector rejects the configuration, with its output
 */
export async function startCollector(config, { env = {}, set = {}, args = [] } = {}) {
  const program = await collectorProgram();
  const folder = mkdtempSync(join(tmpdir(), 'trace-collector-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  // Without this setting the Collector serves its own metrics on port 8888.
  const settings = { 'service::telemetry::metrics::level': 'none', ...set };
  const overrides = Object.entries(settings).map(([path, value]) => `--config=yaml:${path}: ${value}`);
  return waitUntilReady(
    new Child(program, [`--config=${file}`, ...overrides, ...args], { env }),
    READY,
    folder,
  );
}

/** Starts Jaeger 2 with storage in memory. It receives spans at `endpoint`, and its API is at `/api` of `api`. */
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
  const jaeger = await waitUntilReady(new Child(program, [`--config=${file}`]), READY, folder);
  return { ...jaeger, endpoint: loopback(otlp), api: loopback(http) };
}

/** Starts Zipkin with storage in memory. It receives spans at `endpoint`, and its API is at `/api/v2` on the same port. */
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
  const zipkin = await waitUntilReady(server, /Serving HTTP at/, folder);
  return { ...zipkin, endpoint: loopback(port), api: loopback(port) };
}

/** Starts Datadog's test agent. It receives OTLP at `endpoint`, and `/test/session` on the same port returns the requests. */
export async function startTestAgent() {
  const program = await testAgentProgram();
  const [port, http, grpc] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'trace-test-agent-'));
  const args = [`--port=${port}`, `--otlp-http-port=${http}`, `--otlp-grpc-port=${grpc}`, '--host=127.0.0.1'];
  const server = new Child(program, args, { cwd: folder });
  await waitForPort(http, server);
  await waitForPort(port, server);
  const agent = await waitUntilReady(server, /(?:)/, folder);
  return { ...agent, endpoint: loopback(http), api: loopback(http), agent: loopback(port) };
}

/** Waits until a server is ready. If it does not start, it is ended and its folder is removed. */
async function waitUntilReady(child, ready, folder) {
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
