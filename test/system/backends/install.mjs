// The backends' programs: two built with Go, one jar from Maven, one in a Python environment. Each is pinned, made once,
// kept outside the repository and found again by the next run; what a build takes is printed.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from '../folders.mjs';
import { GO, debian, python, skipReasonForTool } from '../install.mjs';

const run = promisify(execFile);

/** A machine of two cores that has nothing yet builds the larger of the two in this time, and then some. */
const BUILD_MS = 30 * 60_000;
const BUILD_ENV = { ...GO, CGO_ENABLED: '0' };

/** Jaeger 2.13: the release that carries both version numbers, as the tags of version 2 alone cannot be fetched. */
const JAEGER = { module: 'github.com/jaegertracing/jaeger@v1.76.0', go: '1.24.6' };

const COLLECTOR = { version: 'v0.159.0', go: '1.25.7' };
const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** What the system tests need of the Collector, and no more: each component makes the build longer. */
const COMPONENTS = {
  receivers: [`${CORE}/receiver/otlpreceiver`],
  processors: [
    `${CORE}/processor/batchprocessor`,
    `${CONTRIB}/processor/probabilisticsamplerprocessor`,
    `${CONTRIB}/processor/tailsamplingprocessor`,
  ],
  exporters: [
    `${CORE}/exporter/debugexporter`,
    `${CORE}/exporter/otlpexporter`,
    `${CORE}/exporter/otlphttpexporter`,
    `${CONTRIB}/exporter/fileexporter`,
    `${CONTRIB}/exporter/loadbalancingexporter`,
    `${CONTRIB}/exporter/prometheusexporter`,
  ],
  connectors: [`${CONTRIB}/connector/spanmetricsconnector`],
};

const ZIPKIN = { artifact: 'io.zipkin:zipkin-server:3.5.1:jar:exec', java: '17' };
const MAVEN_COPY = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy';

const TEST_AGENT = { packages: ['ddapm-test-agent==1.69.1'], python: '3.9' };

/** Why this machine cannot have a backend; undefined where it can. */
export const SKIP_REASON = {
  jaeger: () => skipReasonForTool('Go', JAEGER.go),
  collector: () => skipReasonForTool('Go', COLLECTOR.go),
  zipkin: () => skipReasonForTool('Java', ZIPKIN.java),
  testAgent: () => skipReasonForTool('Python', TEST_AGENT.python),
};

/** The path of Jaeger's program. */
export function jaegerProgram() {
  return once('jaeger', 'jaeger', JSON.stringify(JAEGER), async program => {
    const { stdout } = await run('go', ['mod', 'download', '-json', JAEGER.module], building());
    // In the module's own folder its replacements and its checksums hold, which they do not for `go install`.
    const { Dir: cwd } = JSON.parse(stdout);
    const options = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', program];
    await run('nice', ['go', 'build', ...options, './cmd/jaeger'], building({ cwd }));
  });
}

/** The path of a Collector with {@link COMPONENTS}. */
export function collectorProgram() {
  const { version } = COLLECTOR;
  const components = Object.entries(COMPONENTS).map(([kind, modules]) => [
    kind,
    modules.map(module => ({ gomod: `${module} ${version}` })),
  ]);
  const parts = Object.fromEntries(components);
  return once('collector', 'collector', JSON.stringify(parts), async program => {
    const folder = dirname(program);
    const manifest = join(folder, 'builder.json'); // JSON is YAML, too.
    const dist = { name: 'collector', output_path: folder };
    writeFileSync(manifest, JSON.stringify({ dist, ...parts }, null, 2));
    await run('nice', ['go', 'run', `${CORE}/cmd/builder@${version}`, `--config=${manifest}`], building());
  });
}

/** The path of Zipkin's server, which Java runs. */
export function zipkinJar() {
  const [, name, version, , classifier] = ZIPKIN.artifact.split(':');
  return once('zipkin', `${name}-${version}-${classifier}.jar`, ZIPKIN.artifact, async jar => {
    const maven = await debian('mvn', ['maven']);
    const options = [`-Dartifact=${ZIPKIN.artifact}`, `-DoutputDirectory=${dirname(jar)}`];
    await run(maven, ['-q', '-B', MAVEN_COPY, ...options], { timeout: BUILD_MS });
  });
}

/** The path of Datadog's test agent. */
export async function testAgentProgram() {
  return join(dirname(await python(TEST_AGENT.packages, 'test-agent')), 'ddapm-test-agent');
}

/** Makes a file unless it has been made from the same. */
async function once(name, file, wanted, make) {
  const folder = join(CACHE, 'backends', name);
  const [path, stamp] = [join(folder, file), join(folder, '.built')];
  if (existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return path;
  const start = performance.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make(path);
  if (!existsSync(path)) throw new Error(`${name} was built, and ${path} is not there`);
  writeFileSync(stamp, wanted);
  console.log(`      ${name} was installed in ${Math.round((performance.now() - start) / 1000)} s`);
  return path;
}

function building(options) {
  return { ...options, env: BUILD_ENV, timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 };
}
