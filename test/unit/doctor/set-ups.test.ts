// Set-ups that are broken in one way each, with real servers: the doctor names the true cause and the fix, and calls none of
// them good.

import type { Check, CheckReport } from '../../../src/core/check.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context, diag, propagation, trace as apiTrace } from '@opentelemetry/api';
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAllGood, formatReport } from '../../../src/cli/doctor-report.js';
import { VERSION } from '../../../src/core/version.js';
import { type DoctorRequest, runDoctor } from '../../../src/setup/doctor-entry.js';
import { otlp } from '../../../src/exporters/index.js';
import { type InitOptions, init, trace } from '../../../src/index.js';
import { Cleanups, folder, makeCertificate, type Pem, Servers, takesAll } from './servers.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new Servers(cleanups);

let own: Pem;
let elsewhere: Pem;

beforeAll(() => {
  own = makeCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
  elsewhere = makeCertificate(forAll, 'elsewhere.test', 'DNS:elsewhere.test');
});
afterAll(() => forAll.run());
afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

type Env = Readonly<Record<string, string>>;

/** A broken set-up: what stands in the environment, or how the application starts. */
interface Case {
  readonly mistake: string;
  /** The environment, after the servers were started. */
  readonly env?: () => Promise<Env> | Env;
  readonly request?: DoctorRequest | (() => Promise<DoctorRequest>);
  /** What `init()` was given in code, where the mistake is there. */
  readonly options?: () => Promise<InitOptions> | InitOptions;
  /** What is in the application's folder. */
  readonly prepare?: (directory: string) => void;
  /** The name of the step, the fact, and the fix. */
  readonly step: string;
  readonly status?: Check['status'];
  readonly says: RegExp;
  readonly fix: RegExp;
  /** Why it matters, where that depends on the set-up. */
  readonly why?: RegExp;
}

const to = async (base: Promise<string> | string, more: Env = {}): Promise<Env> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: await base,
  ...more,
});
const answering = (status: number, headers: Env = {}, body = ''): Promise<string> =>
  servers.http(() => ({ status, headers, body }));
const good = (): Promise<string> => servers.http(takesAll);
const KEY = { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t-k3y' };

const CASES: readonly Case[] = [
  {
    mistake: 'a port on which nobody listens',
    env: () => to(servers.nobody()),
    step: 'connection',
    says: /127\.0\.0\.1:\d+ refused the connection/,
    fix: /Check that the receiver runs and that host and port are right\./,
    why: /^Spans wait in memory, within its bound, and are lost when the process ends\.$/,
  },
  {
    mistake: 'a receiver on another address of this machine',
    env: async () => to((await good()).replace('127.0.0.1', '127.0.0.2')),
    step: 'connection',
    says: /127\.0\.0\.2:\d+ refused the connection, and 127\.0\.0\.1:\d+ takes it/,
    fix: /write 127\.0\.0\.1:\d+ in the endpoint, or let it listen on both/,
  },
  {
    mistake: 'a port on which nobody listens, with a spool',
    options: async () => ({
      exporter: otlp({ endpoint: await servers.nobody() }),
      delivery: { spool: folder(cleanups) },
    }),
    step: 'connection',
    says: /127\.0\.0\.1:\d+ refused the connection/,
    fix: /Check that the receiver runs and that host and port are right\./,
    why: /^Spans wait in memory and in the spool, .* a later start sends\.$/,
  },
  {
    mistake: 'the port of gRPC, by its number',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' }),
    step: 'variables',
    status: 'warning',
    says: /OTEL_EXPORTER_OTLP_ENDPOINT: port 4317 speaks gRPC, this exporter speaks HTTP/,
    fix: /Write http:\/\/127\.0\.0\.1:4318\./,
  },
  {
    mistake: 'the port of gRPC, by what it speaks',
    env: () => to(servers.http2()),
    step: 'request',
    says: /port \d+ of 127\.0\.0\.1 speaks HTTP\/2, as gRPC does; this exporter speaks HTTP\/1\.1/,
    fix: /Use the port for OTLP over HTTP, usually 4318: http:\/\/127\.0\.0\.1:4318\/v1\/traces\./,
  },
  {
    mistake: 'a doubled path',
    env: async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `${await good()}/v1/traces` }),
    step: 'variables',
    status: 'warning',
    says: /the path \/v1\/traces stands twice; expected a base URL/,
    fix: /http:\/\/127\.0\.0\.1:\d+\/v1\/traces is used\./,
  },
  {
    mistake: 'a path that belongs to something else',
    env: async () => ({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${await servers.http(seen =>
        seen.path === '/otlp/v1/traces' ? takesAll(seen) : { status: 404 },
      )}/v1/traces`,
    }),
    step: 'request',
    says: /answers 404: the path is wrong/,
    fix: /Spans are taken at http:\/\/127\.0\.0\.1:\d+\/otlp\/v1\/traces: set the endpoint to it/,
  },
  {
    mistake: 'a host that takes no traces anywhere: 404',
    env: () => to(answering(404)),
    step: 'request',
    says: /answers 404: nothing takes traces at this path/,
    fix: /Check host and port, .*none of the usual paths takes traces\./,
    why: /dropped\.$/,
  },
  {
    mistake: 'no key at all',
    env: () => ({ TRACE_EXPORTER: 'honeycomb' }),
    step: 'honeycomb',
    says: /off: HONEYCOMB_API_KEY: a key or its setting is missing/,
    fix: /HONEYCOMB_API_KEY/,
  },
  {
    mistake: 'no key in the headers: 401',
    env: () => to(answering(401)),
    step: 'request',
    says: /answers 401: no key or token is sent/,
    fix: /Set it: .*OTEL_EXPORTER_OTLP_HEADERS/,
  },
  {
    mistake: 'a key that the backend does not know: 401',
    env: () => to(answering(401, { 'content-type': 'text/plain' }, 'unknown key'), KEY),
    step: 'request',
    says: /answers 401: it does not know the key in x-api-key \("unknown key"\)/,
    fix: /Check the key, its rights and the region it belongs to/,
  },
  {
    mistake: 'a key without rights: 403',
    env: () => to(answering(403), KEY),
    step: 'request',
    says: /answers 403: the key in x-api-key may not write here/,
    fix: /Check the key, its rights and the region/,
  },
  {
    mistake: 'a region that the product does not have',
    env: () => ({ TRACE_EXPORTER: 'datadog', DD_SITE: 'datadoghq.ue', DD_API_KEY: '0'.repeat(32) }),
    step: 'datadog',
    says: /DD_SITE: the product has no region or site of this name; .*got "datadoghq\.ue"/,
    fix: /datadoghq\.eu/,
  },
  {
    mistake: 'a web page in place of OTLP',
    env: () => to(answering(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>')),
    step: 'request',
    says: /answers 200 with a web page: this is no OTLP receiver/,
    fix: /Set the endpoint to where OTLP over HTTP is taken/,
  },
  {
    mistake: 'a server that says yes to everything',
    env: () => to(answering(200, { 'content-type': 'text/plain' }, 'OK')),
    step: 'span',
    status: 'warning',
    says: /answers 200 with text\/plain, which no OTLP receiver does/,
    fix: /Check host, port and path of the endpoint\./,
  },
  {
    mistake: 'a backend that takes only JSON: 415',
    env: async () =>
      to(
        servers.http(seen =>
          seen.headers['content-type'] === 'application/json' ? takesAll(seen) : { status: 415 },
        ),
      ),
    step: 'request',
    says: /answers 415 to http\/protobuf, and takes the same request without it/,
    fix: /Use the other protocol: .*OTEL_EXPORTER_OTLP_PROTOCOL=http\/json\./,
  },
  {
    mistake: 'a backend that does not understand gzip: 400',
    env: () =>
      to(
        servers.http(seen =>
          seen.headers['content-encoding'] === undefined ? takesAll(seen) : { status: 400 },
        ),
      ),
    step: 'span',
    says: /answers 400 to gzip, and takes the same request without it/,
    fix: /Send without: .*OTEL_EXPORTER_OTLP_COMPRESSION=none\./,
  },
  {
    mistake: 'a backend that takes no more: 429',
    env: () => to(answering(429, { 'retry-after': '30' })),
    step: 'span',
    status: 'warning',
    says: /answers 429: more is sent than it takes, to be asked again after 30 s$/,
    fix: /Send less \(the 'sample' option\), or raise the quota/,
  },
  {
    mistake: 'a body limit below any span: 413',
    env: () => to(servers.http(seen => (seen.body.length > 50 ? { status: 413 } : takesAll(seen)))),
    step: 'span',
    says: /answers 413: even a small request is too large for it/,
    fix: /Raise the body size limit .*client_max_body_size/,
  },
  {
    mistake: 'a backend that fails: 503',
    env: () => to(answering(503, { 'content-type': 'text/plain' }, 'no healthy upstream')),
    step: 'request',
    says: /answers 503: it has a fault of its own \("no healthy upstream"\)/,
    fix: /Look at the log of the backend, and of the proxy or load balancer/,
    why: /^Spans wait and are sent again;/,
  },
  {
    mistake: 'a backend that fails for good: 500',
    env: () => to(answering(500)),
    step: 'request',
    says: /answers 500: it has a fault of its own$/,
    fix: /Look at the log of the backend/,
    why: /^Each span that is sent like this is refused, and dropped\.$/,
  },
  {
    mistake: 'a redirect to https: 301',
    env: () => to(answering(301, { location: 'https://collector.test/v1/traces?token=secret' })),
    step: 'request',
    says: /answers 301, a redirect to https:\/\/collector\.test\/v1\/traces$/,
    fix: /Set the endpoint to https:\/\/collector\.test\/v1\/traces, if that is where spans belong/,
  },
  {
    mistake: 'a redirect to a login page: 308',
    env: () => to(answering(308, { location: '/login' })),
    step: 'request',
    says: /answers 308, a redirect to http:\/\/127\.0\.0\.1:\d+\/login$/,
    fix: /a login page is not/,
  },
  {
    mistake: 'spans that are refused one by one',
    env: () =>
      to(
        servers.http(seen => ({
          headers: { 'content-type': 'application/json' },
          body:
            seen.body.length > 50 ? '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"too old"}}' : '{}',
        })),
      ),
    step: 'span',
    says: /took the request and refused the span: too old/,
    fix: /Do what the reason says/,
  },
  {
    mistake: 'a certificate that nobody vouches for',
    env: () => to(servers.https(own)),
    step: 'tls',
    says: /has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    fix: /Give its authority as `tls\.ca` or OTEL_EXPORTER_OTLP_CERTIFICATE\./,
  },
  {
    mistake: 'a certificate for another name',
    env: () => to(servers.https(elsewhere), { OTEL_EXPORTER_OTLP_CERTIFICATE: elsewhere.file }),
    step: 'tls',
    says: /has a certificate for another name \(ERR_TLS_CERT_ALTNAME_INVALID/,
    fix: /Put the name that stands in it into the endpoint\./,
  },
  {
    mistake: 'https where http is spoken',
    env: async () => to((await good()).replace('http:', 'https:')),
    step: 'tls',
    says: /does not speak TLS/,
    fix: /Use http:\/\/ or another port in the endpoint\./,
  },
  {
    mistake: 'http where https is spoken',
    env: async () => to((await servers.https(own)).replace('https:', 'http:')),
    step: 'request',
    says: /is http, and the port speaks TLS/,
    fix: /Write https:\/\/ in the endpoint: https:\/\/127\.0\.0\.1:\d+\/v1\/traces\./,
  },
  {
    mistake: 'a proxy of SOCKS',
    env: async () => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: await good(),
      ALL_PROXY: 'socks5://ann:s3cr3t@127.0.0.1:1080',
    }),
    step: 'proxy',
    status: 'warning',
    says: /^socks5:\/\/\*\*\*@127\.0\.0\.1:1080 is no proxy of HTTP, and is not used$/,
    fix: /begins with http:\/\/ or https:\/\/ in HTTP_PROXY, or 127\.0\.0\.1 in NO_PROXY/,
  },
  {
    mistake: 'a dead proxy',
    env: async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: await good(), HTTP_PROXY: await servers.nobody() }),
    step: 'connection',
    says: /the proxy 127\.0\.0\.1:\d+ refused the connection/,
    fix: /Correct HTTP_PROXY, or name the endpoint's host in NO_PROXY/,
  },
  {
    mistake: 'a proxy that wants a password: 407',
    env: async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: await good(), HTTP_PROXY: await answering(407) }),
    step: 'request',
    says: /answers 407: the proxy wants a user and password/,
    fix: /Put them into HTTPS_PROXY or HTTP_PROXY: http:\/\/user:password@proxy:3128\./,
  },
  {
    mistake: 'a proxy that opens no tunnel',
    env: async () => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.test',
      HTTPS_PROXY: await servers.tcp(socket =>
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      ),
    }),
    step: 'request',
    says: /the proxy 127\.0\.0\.1:\d+ opened no tunnel \(407\): it wants a user and password/,
    fix: /Correct HTTPS_PROXY/,
  },
  {
    mistake: 'a host that has no address',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318' }),
    step: 'dns',
    says: /collector\.invalid cannot be found by name \((?:ENOTFOUND|EAI_AGAIN)\)/,
    fix: /Check the host in the endpoint for a slip, and the DNS/,
  },
  {
    mistake: 'a backend that never answers',
    env: () =>
      to(
        servers.tcp(socket => socket.resume()),
        // Enough for the steps before it also on a busy machine.
        { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
      ),
    step: 'request',
    says: /took the connection and does not answer within 1000 ms/,
    fix: /raise 'delivery\.timeoutMs'/,
  },
  {
    mistake: 'a connection that is reset',
    env: () => to(servers.tcp(socket => socket.once('data', () => socket.resetAndDestroy()))),
    step: 'request',
    says: /closed the connection without an answer \(ECONNRESET\)/,
    fix: /look at its log/,
  },
  {
    mistake: 'a clock that is off by an hour',
    env: () =>
      to(
        servers.http(seen => {
          const answer = takesAll(seen);
          return {
            ...answer,
            headers: { ...answer.headers, date: new Date(Date.now() + 3_600_000).toUTCString() },
          };
        }),
      ),
    step: 'clock',
    says: /the clock of this machine is 60 minutes behind the backend's/,
    fix: /Set the clock right: NTP/,
  },
  {
    mistake: 'two copies of the API that do not work together',
    env: () => to(good()),
    prepare(directory) {
      for (const at of [
        'node_modules/@opentelemetry/api',
        'node_modules/old/node_modules/@opentelemetry/api',
      ]) {
        mkdirSync(join(directory, at), { recursive: true });
        const version = at.includes('old') ? '0.21.0' : '1.9.1';
        writeFileSync(join(directory, at, 'package.json'), JSON.stringify({ version }));
      }
    },
    step: 'api copies',
    status: 'warning',
    says: /copies of @opentelemetry\/api that do not work with 1\.9\.\d+: 0\.21\.0 in node_modules\/old\//,
    fix: /npm ls @opentelemetry\/api/,
  },
  {
    mistake: 'a provider of somebody else',
    options() {
      apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
      return {};
    },
    step: 'tracer provider',
    status: 'warning',
    says: /another tracer provider \(BasicTracerProvider\) is registered; spans go to it/,
    fix: /Remove the other one, or call init\(\) before it starts/,
  },
  {
    mistake: 'a slip in the name of a variable',
    env: () => ({ TRACE_EXPORTR: 'jaeger', OTEL_TRACES_EXPORTER: 'memory' }),
    step: 'variables',
    status: 'warning',
    says: /TRACE_EXPORTR: the environment variable is not supported/,
    fix: /Write TRACE_EXPORTER\. It is ignored\./,
  },
  {
    mistake: 'an IPv6 address without brackets',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://::1:4318', TRACE_EXPORTER: 'otlp' }),
    step: 'variables',
    says: /OTEL_EXPORTER_OTLP_ENDPOINT: the endpoint is not a URL or host/,
    fix: /An IPv6 address stands in brackets: http:\/\/\[::1\]:4318/,
  },
  {
    mistake: 'another SDK that starts after init()',
    async request() {
      const load = async (): Promise<void> => {
        init({ exporter: 'memory', instrument: false });
        apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
      };
      return { file: { path: '/app/instrumentation.mjs', loadApplication } };
    },
    step: 'OpenTelemetry API',
    status: 'warning',
    says: /after init\(\) something else tried to register a tracer provider and was refused/,
    fix: /Remove the other SDK, or call init\(\) after it has started/,
  },
  {
    mistake: 'init() after the modules that it instruments',
    options() {
      createRequire(import.meta.url)('protobufjs');
      return { exporter: 'memory', instrument: [[new Late()]].flat() };
    },
    step: 'start-up',
    status: 'warning',
    says: /loaded before init\(\), so their spans may be missing: protobufjs/,
    fix: /Call init\(\) before they are imported, or start with: node --import/,
  },
  {
    mistake: 'a variable that is not supported',
    env: () => to(good(), { OTEL_CONFIG_FILE: 'otel.yaml' }),
    step: 'variables',
    status: 'warning',
    says: /OTEL_CONFIG_FILE: the environment variable is not supported/,
    fix: /The file is not read; the other variables are\./,
  },
  {
    mistake: 'a protocol that is not spoken',
    env: () => to(good(), { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    step: 'variables',
    status: 'warning',
    says: /OTEL_EXPORTER_OTLP_PROTOCOL: the environment variable is not supported; expected 'http\/protobuf'/,
    fix: /http\/protobuf is used\. A receiver of gRPC usually takes it on port 4318\./,
  },
  {
    mistake: 'a variable that cannot be read',
    env: () => to(good(), { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' }),
    step: 'variables',
    status: 'warning',
    says: /OTEL_TRACES_SAMPLER_ARG: .*got "?10%/,
    fix: /./,
  },
  {
    mistake: 'an exporter that does not exist',
    env: () => ({ TRACE_EXPORTER: 'hunycomb' }),
    step: 'variables',
    says: /TRACE_EXPORTER.*: no exporter has this name; .*got "hunycomb"/,
    fix: /Write honeycomb\./,
  },
  {
    mistake: 'a spool directory that is a file',
    async options() {
      const directory = folder(cleanups);
      writeFileSync(join(directory, 'spool'), '');
      return { exporter: 'memory', delivery: { spool: join(directory, 'spool') } };
    },
    step: 'spool',
    says: /spool is a file/,
    fix: /Name a directory in 'delivery\.spool', or move the file away\./,
  },
  {
    mistake: 'a ratio of 0',
    env: () => to(good(), { TRACE_SAMPLE: '0' }),
    step: 'sampling',
    status: 'warning',
    says: /the ratio is 0: no trace that begins here is sent/,
    fix: /Raise the ratio: the 'sample' option, TRACE_SAMPLE/,
  },
  {
    mistake: 'tracing that is switched off',
    env: () => to(good(), { OTEL_SDK_DISABLED: 'true' }),
    step: 'tracing',
    says: /tracing is off: OTEL_SDK_DISABLED is true/,
    fix: /Unset OTEL_SDK_DISABLED\./,
  },
  {
    mistake: 'no exporter at all',
    env: () => ({ OTEL_TRACES_EXPORTER: 'none' }),
    step: 'exporter',
    says: /there is no exporter, so spans go nowhere/,
    fix: /Name one: TRACE_EXPORTER=otlp/,
  },
  {
    mistake: 'an endpoint on the command line that is none',
    request: { endpoint: 'grpc://collector:4317' },
    step: 'options',
    says: /otlp\.endpoint: the endpoint is not a URL or host/,
    fix: /OTLP over HTTP, usually on port 4318/,
  },
  {
    mistake: 'a file that does not call init()',
    async request() {
      return { file: { path: 'app.mjs', loadApplication: async () => {} } };
    },
    step: 'init',
    says: /app\.mjs does not call init\(\) while it is loaded/,
    fix: /Name the file that calls init\(\)/,
  },
  {
    mistake: 'a Jaeger whose pages are not where they should be',
    async options() {
      const { jaeger } = await import('../../../src/exporters/index.js');
      return { exporter: jaeger({ endpoint: await good(), ui: await servers.nobody() }) };
    },
    step: 'read back',
    status: 'warning',
    says: /Jaeger does not answer at http:\/\/127\.0\.0\.1:\d+/,
    fix: /Correct the 'ui' option of jaeger\(\)/,
  },
];

/** An instrumentation of a package that is loaded already. */
class Late extends InstrumentationBase {
  constructor() {
    super('late', VERSION, {});
  }

  protected init(): InstrumentationNodeModuleDefinition {
    return new InstrumentationNodeModuleDefinition('protobufjs', ['*']);
  }
}

async function reportOf({ env, request, options, prepare }: Case): Promise<CheckReport> {
  if (options !== undefined) {
    const silent = { error() {}, warn() {}, info() {}, debug() {} };
    init({ service: 'shop', exitHandlers: false, instrument: false, logger: silent, ...(await options()) });
    return trace.check();
  }
  const directory = prepare === undefined ? ROOT : folder(cleanups);
  prepare?.(directory);
  const asked = typeof request === 'function' ? await request() : (request ?? {});
  return runDoctor(asked, { env: (await env?.()) ?? {}, cwd: directory, directories: [directory] });
}

const flat = (checks: readonly Check[]): Check[] =>
  checks.flatMap(check => (check.steps === undefined ? [check] : flat(check.steps)));

describe('the doctor names the cause and the fix of', () => {
  it.each(CASES)('$mistake', async broken => {
    const report = await reportOf(broken);
    expect(isAllGood(report)).toBe(false);
    const { step, says, fix, status = 'error' } = broken;
    const found = flat(report.checks).filter(check => check.status === 'error' || check.status === 'warning');
    const named = found.find(check => check.name === step && says.test(check.message));
    expect(named, JSON.stringify(found, null, 2)).toBeDefined();
    expect(named?.status).toBe(status);
    expect(named?.fix).toMatch(fix);
    expect(named?.why).toMatch(/^\S.*\.$/);
    if (broken.why !== undefined) expect(named?.why).toMatch(broken.why);
    // A fault that is not there must not be named beside the one that is.
    expect(new Set(found.map(({ name }) => name)).size).toBeLessThan(4);
    const page = formatReport(report, { width: 80, color: false, isImported: true });
    expect(page).not.toContain('All good');
    expect(page + JSON.stringify(report)).not.toMatch(/s3cr3t|token=secret/);
    // Only what can be copied, such as a URL, is longer than a line.
    const long = page.split('\n').filter(line => line.length > 80 && /\S +\S/.test(line.slice(20).trim()));
    expect(long).toEqual([]);
  });

  it('more than forty mistakes', () => {
    expect(CASES.length).toBeGreaterThan(40);
  });
});
