// Installs the programs of the backends: two built with Go, one jar from Maven, one in a Python environment. The versions are
// pinned. Each program is built once, outside the repository, and used again by later runs. The build time is printed.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from '../folders.mjs';
import { GO, debian, python, skipReasonForTool } from '../install.mjs';

const run = promisify(execFile);

/** The limit of a build. It is longer than the largest build on a machine with two cores and an empty cache. */
const BUILD_MS = 30 * 60_000;
const BUILD_ENV = { ...GO, CGO_ENABLED: '0' };

/** Jaeger 2.13, which is also tagged v1.76.0. The Go module proxy cannot fetch the tags of version 2. */
const JAEGER = { module: 'github.com/jaegertracing/jaeger@v1.76.0', go: '1.24.6' };

const COLLECTOR = { version: 'v0.159.0', go: '1.25.7' };
const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** The components of the Collector that the system tests need. Each further one would make the build longer. */
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

/** Each function returns the reason why this machine cannot run a backend, or undefined if it can. */
export const SKIP_REASON = {
  jaeger: () => skipReasonForTool('Go', JAEGER.go),
  collector: () => skipReasonForTool('Go', COLLECTOR.go),
  zipkin: () => skipReasonForTool('Java', ZIPKIN.java),
  testAgent: () => skipReasonForTool('Python', TEST_AGENT.python),
};

/** Returns the path of Jaeger's program. */
export function jaegerProgram() {
  return buildOnce('jaeger', 'jaeger', JSON.stringify(JAEGER), async program => {
    const { stdout } = await run('go', ['mod', 'download', '-json', JAEGER.module], buildOptions());
    // Builds in the folder of the module, because `go install` ignores the replacements and checksums of a module.
    const { Dir: cwd } = JSON.parse(stdout);
    const options = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', program];
    await run('nice', ['go', 'build', ...options, './cmd/jaeger'], buildOptions({ cwd }));
  });
}

/** Returns the path of a Collector with {@link COMPONENTS}. */
export function collectorProgram() {
  const { version } = COLLECTOR;
  const components = Object.entries(COMPONENTS).map(([kind, modules]) => [
    kind,
    modules.map(module => ({ gomod: `${module} ${version}` })),
  ]);
  const parts = Object.fromEntries(components);
  return buildOnce('collector', 'collector', JSON.stringify(parts), async program => {
    const folder = dirname(program);
    const manifest = join(folder, 'builder.json'); // The builder expects YAML, which includes JSON.
    const dist = { name: 'collector', output_path: folder };
    writeFileSync(manifest, JSON.stringify({ dist, ...parts }, null, 2));
    await run(
      'nice',
      ['go', 'run', `${CORE}/cmd/builder@${version}`, `--config=${manifest}`],
      buildOptions(),
    );
  });
}

/** Returns the path of the jar of Zipkin's server. */
export function zipkinJar() {
  const [, name, version, , classifier] = ZIPKIN.artifact.split(':');
  return buildOnce('zipkin', `${name}-${version}-${classifier}.jar`, ZIPKIN.artifact, async jar => {
    const maven = await debian('mvn', ['maven']);
    const options = [`-Dartifact=${ZIPKIN.artifact}`, `-DoutputDirectory=${dirname(jar)}`];
    await run(maven, ['-q', '-B', MAVEN_COPY, ...options], { timeout: BUILD_MS });
  });
}

/** Returns the path of Datadog's test agent. */
export async function testAgentProgram() {
  return join(dirname(await python(TEST_AGENT.packages, 'test-agent')), 'ddapm-test-agent');
}

/** Builds a file unless it was built from the same inputs before. Returns its path. */
async function buildOnce(name, file, inputs, build) {
  const folder = join(CACHE, 'backends', name);
  const [path, stamp] = [join(folder, file), join(folder, '.built')];
  if (existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return path;
  const start = performance.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build(path);
  if (!existsSync(path)) throw new Error(`the build of ${name} has not created ${path}`);
  writeFileSync(stamp, inputs);
  console.log(`      ${name} was installed in ${Math.round((performance.now() - start) / 1000)} s`);
  return path;
}

function buildOptions(options) {
  return { ...options, env: BUILD_ENV, timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 };
}
