// Set-ups with one mistake each, with real servers: the doctor reports the cause and the fix of each, and reports none as good.

import type { Check, CheckReport } from '../../../src/core/check.js';
import type { DiagnosticCode } from '../../../src/core/diagnostic-codes.js';
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
import {
  Cleanups,
  temporaryDirectory,
  createCertificate,
  type Pem,
  BackendServers,
  acceptAll,
} from '../../support/backend-servers.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);

let localhost: Pem;
let elsewhere: Pem;

beforeAll(() => {
  localhost = createCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
  elsewhere = createCertificate(forAll, 'elsewhere.test', 'DNS:elsewhere.test');
});
afterAll(() => forAll.run());
afterEach(async () => {
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation, diag]) api.disable();
  await cleanups.run();
});

type Env = Readonly<Record<string, string>>;

/** A set-up with one mistake: in the environment, in the options, or in the start of the application. */
interface Case {
  readonly mistake: string;
  /** Starts the servers and returns the environment. */
  readonly env?: () => Promise<Env> | Env;
  readonly request?: DoctorRequest | (() => Promise<DoctorRequest>);
  /** The options of `init()`, if the mistake is in code. */
  readonly options?: () => Promise<InitOptions> | InitOptions;
  /** Fills the directory of the application. */
  readonly prepare?: (directory: string) => void;
  /** The name of the check. */
  readonly step?: string;
  readonly status?: Check['status'];
  readonly code: DiagnosticCode;
  readonly message: RegExp;
  readonly fix: RegExp;
  /** The consequence, if it depends on the set-up. */
  readonly why?: RegExp;
}

const endpointAt = async (base: Promise<string> | string, more: Env = {}): Promise<Env> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: await base,
  ...more,
});
const responding = (status: number, headers: Env = {}, body = ''): Promise<string> =>
  servers.http(() => ({ status, headers, body }));
const acceptingServer = (): Promise<string> => servers.http(acceptAll);
const KEY = { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t-k3y' };

const CASES: readonly Case[] = [
  {
    mistake: 'a port without a receiver',
    env: () => endpointAt(servers.closedPort()),
    step: 'connection',
    code: 'connection_refused',
    message: /127\.0\.0\.1:\d+ refused the connection/,
    fix: /Check that the receiver is running and that host and port are right\./,
    why: /^Spans are kept in a queue of limited size, and are lost when the process ends\.$/,
  },
  {
    mistake: 'a receiver on another address of this machine',
    env: async () => endpointAt((await acceptingServer()).replace('127.0.0.1', '127.0.0.2')),
    step: 'connection',
    code: 'connection_refused',
    message: /127\.0\.0\.2:\d+ refused the connection, and 127\.0\.0\.1:\d+ accepts it/,
    fix: /write 127\.0\.0\.1:\d+ in the endpoint, or let it listen on both/,
  },
  {
    mistake: 'a port without a receiver, with a spool',
    options: async () => ({
      exporter: otlp({ endpoint: await servers.closedPort() }),
      delivery: { spool: temporaryDirectory(cleanups) },
    }),
    step: 'connection',
    code: 'connection_refused',
    message: /127\.0\.0\.1:\d+ refused the connection/,
    fix: /Check that the receiver is running and that host and port are right\./,
    why: /^Spans are kept in a queue and in the spool, .* A later start sends the spans that are left\.$/,
  },
  {
    mistake: 'the gRPC port, by its number',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' }),
    step: 'variables',
    status: 'warning',
    code: 'grpc_port',
    message: /OTEL_EXPORTER_OTLP_ENDPOINT: port 4317 is for OTLP over gRPC, and this exporter uses HTTP/,
    fix: /Write http:\/\/127\.0\.0\.1:4318\./,
  },
  {
    mistake: 'the gRPC port, by its protocol',
    env: () => endpointAt(servers.http2()),
    step: 'request',
    code: 'http_unsupported',
    message: /port \d+ of 127\.0\.0\.1 uses HTTP\/2, as gRPC does; this exporter uses HTTP\/1\.1/,
    fix: /Use the port for OTLP over HTTP, usually 4318: http:\/\/127\.0\.0\.1:4318\/v1\/traces\./,
  },
  {
    mistake: 'a doubled path',
    env: async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `${await acceptingServer()}/v1/traces` }),
    step: 'variables',
    status: 'warning',
    code: 'doubled_path',
    message: /\/v1\/traces .*expected a base URL/,
    fix: /http:\/\/127\.0\.0\.1:\d+\/v1\/traces is used\./,
  },
  {
    mistake: 'a path of another server',
    env: async () => ({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${await servers.http(received =>
        received.path === '/otlp/v1/traces' ? acceptAll(received) : { status: 404 },
      )}/v1/traces`,
    }),
    step: 'request',
    code: 'wrong_path',
    message: /responds with 404: the path is wrong/,
    fix: /Set the endpoint to http:\/\/127\.0\.0\.1:\d+\/otlp\/v1\/traces, which accepts spans/,
  },
  {
    mistake: 'a host without an OTLP receiver: 404',
    env: () => endpointAt(responding(404)),
    step: 'request',
    code: 'path_not_found',
    message: /responds with 404: there is no OTLP receiver at this path/,
    fix: /Check host and port, .*None of the usual paths accepts traces\./,
    why: /dropped\.$/,
  },
  {
    mistake: 'a missing key',
    env: () => ({ DO_TRACE_EXPORTER: 'honeycomb' }),
    step: 'honeycomb',
    code: 'missing_key',
    message: /HONEYCOMB_API_KEY: a key or its setting is missing/,
    fix: /HONEYCOMB_API_KEY/,
  },
  {
    mistake: 'no key in the headers: 401',
    env: () => endpointAt(responding(401)),
    step: 'request',
    code: 'unauthorized',
    message: /responds with 401: no API key or token is sent/,
    fix: /Set it: .*OTEL_EXPORTER_OTLP_HEADERS/,
  },
  {
    mistake: 'an unknown key: 401',
    env: () => endpointAt(responding(401, { 'content-type': 'text/plain' }, 'unknown key'), KEY),
    step: 'request',
    code: 'unauthorized',
    message: /responds with 401: the key in x-api-key is unknown \("unknown key"\)/,
    fix: /Check the key, its permissions and its region/,
  },
  {
    mistake: 'a key without permission: 403',
    env: () => endpointAt(responding(403), KEY),
    step: 'request',
    code: 'forbidden',
    message: /responds with 403: the key in x-api-key has no permission to write spans/,
    fix: /Check the key, its permissions and its region/,
  },
  {
    mistake: 'an unknown region',
    env: () => ({ DO_TRACE_EXPORTER: 'datadog', DD_SITE: 'datadoghq.ue', DD_API_KEY: '0'.repeat(32) }),
    step: 'datadog',
    code: 'unknown_region',
    message: /DD_SITE: the product has no region or site of this name; .*got "datadoghq\.ue"/,
    fix: /datadoghq\.eu/,
  },
  {
    mistake: 'a web page instead of OTLP',
    env: () => endpointAt(responding(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>')),
    step: 'request',
    code: 'web_page_response',
    message: /responds with 200: the response is a web page, so this is not an OTLP receiver/,
    fix: /Set the endpoint to an OTLP\/HTTP receiver/,
  },
  {
    mistake: 'a server that accepts every request',
    env: () => endpointAt(responding(200, { 'content-type': 'text/plain' }, 'OK')),
    step: 'span',
    status: 'warning',
    code: 'not_otlp_response',
    message: /responds with 200 and text\/plain, as no OTLP receiver does/,
    fix: /Check host, port and path of the endpoint\./,
  },
  {
    mistake: 'a backend that accepts only JSON: 415',
    env: async () =>
      endpointAt(
        servers.http(received =>
          received.headers['content-type'] === 'application/json' ? acceptAll(received) : { status: 415 },
        ),
      ),
    step: 'request',
    code: 'unsupported_media_type',
    message: /responds with 415 to http\/protobuf, and accepts the same request without it/,
    fix: /Use the other protocol: .*OTEL_EXPORTER_OTLP_PROTOCOL=http\/json\./,
  },
  {
    mistake: 'a backend without gzip: 400',
    env: () =>
      endpointAt(
        servers.http(received =>
          received.headers['content-encoding'] === undefined ? acceptAll(received) : { status: 400 },
        ),
      ),
    step: 'span',
    code: 'bad_request',
    message: /responds with 400 to gzip, and accepts the same request without it/,
    fix: /Send without it: .*OTEL_EXPORTER_OTLP_COMPRESSION=none\./,
  },
  {
    mistake: 'a rate limit: 429',
    env: () => endpointAt(responding(429, { 'retry-after': '30' })),
    step: 'span',
    status: 'warning',
    code: 'rate_limited',
    message: /responds with 429: the backend limits the rate of requests, and Retry-After is 30 s$/,
    fix: /send fewer spans \(the sample option\), or raise the quota/,
  },
  {
    mistake: 'a body limit below any span: 413',
    env: () =>
      endpointAt(
        servers.http(received => (received.body.length > 50 ? { status: 413 } : acceptAll(received))),
      ),
    step: 'span',
    code: 'request_too_large',
    message: /responds with 413: even a small request is too large for it/,
    fix: /Raise the body size limit .*client_max_body_size/,
  },
  {
    mistake: 'a backend that is unavailable: 503',
    env: () => endpointAt(responding(503, { 'content-type': 'text/plain' }, 'no healthy upstream')),
    step: 'request',
    code: 'backend_unavailable',
    message: /responds with 503: the backend is temporarily unavailable \("no healthy upstream"\)/,
    fix: /check the log of the backend, and of the proxy or load balancer/,
    why: /^Spans are kept and sent again\./,
  },
  {
    mistake: 'a backend that fails: 500',
    env: () => endpointAt(responding(500)),
    step: 'request',
    code: 'backend_error',
    message: /responds with 500: the backend failed to process the request$/,
    fix: /Check the log of the backend/,
    why: /^The backend rejects every such request, and its spans are dropped\.$/,
  },
  {
    mistake: 'a redirect to https: 301',
    env: () => endpointAt(responding(301, { location: 'https://collector.test/v1/traces?token=secret' })),
    step: 'request',
    code: 'redirected',
    message: /responds with 301, a redirect to https:\/\/collector\.test\/v1\/traces$/,
    fix: /Set the endpoint to https:\/\/collector\.test\/v1\/traces, if that is an OTLP receiver/,
  },
  {
    mistake: 'a redirect to a login page: 308',
    env: () => endpointAt(responding(308, { location: '/login' })),
    step: 'request',
    code: 'redirected',
    message: /responds with 308, a redirect to http:\/\/127\.0\.0\.1:\d+\/login$/,
    fix: /not a login page/,
  },
  {
    mistake: 'spans that are rejected in a partial success',
    env: () =>
      endpointAt(
        servers.http(received => ({
          headers: { 'content-type': 'application/json' },
          body:
            received.body.length > 50
              ? '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"too old"}}'
              : '{}',
        })),
      ),
    step: 'span',
    code: 'partial_success',
    message: /accepted the request and rejected the span: too old/,
    fix: /Correct the reason that the backend gives/,
  },
  {
    mistake: 'a self-signed certificate',
    env: () => endpointAt(servers.https(localhost)),
    step: 'tls',
    code: 'certificate_untrusted',
    message: /has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    fix: /Set its certificate authority with tls\.ca or OTEL_EXPORTER_OTLP_CERTIFICATE\./,
  },
  {
    mistake: 'a certificate for another name',
    env: () => endpointAt(servers.https(elsewhere), { OTEL_EXPORTER_OTLP_CERTIFICATE: elsewhere.file }),
    step: 'tls',
    code: 'certificate_name_mismatch',
    message: /has a certificate for another host name \(ERR_TLS_CERT_ALTNAME_INVALID/,
    fix: /Use a host name in the endpoint that is in the certificate\./,
  },
  {
    mistake: 'https:// for a port without TLS',
    env: async () => endpointAt((await acceptingServer()).replace('http:', 'https:')),
    step: 'tls',
    code: 'tls_unsupported',
    message: /does not use TLS/,
    fix: /Use http:\/\/ or another port in the endpoint\./,
  },
  {
    mistake: 'http:// for a port with TLS',
    env: async () => endpointAt((await servers.https(localhost)).replace('https:', 'http:')),
    step: 'request',
    code: 'tls_required',
    message: /is an http:\/\/ endpoint, and its port uses TLS/,
    fix: /Write https:\/\/ in the endpoint: https:\/\/127\.0\.0\.1:\d+\/v1\/traces\./,
  },
  {
    mistake: 'a SOCKS proxy',
    env: async () => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: await acceptingServer(),
      ALL_PROXY: 'socks5://ann:s3cr3t@127.0.0.1:1080',
    }),
    step: 'proxy',
    status: 'warning',
    code: 'proxy_unsupported',
    message: /^socks5:\/\/\*\*\*@127\.0\.0\.1:1080 is not an HTTP proxy and is not used$/,
    fix: /Set HTTP_PROXY to a proxy that begins with http:\/\/ or https:\/\/, or add 127\.0\.0\.1 to NO_PROXY/,
  },
  {
    mistake: 'a proxy that is down',
    env: async () => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: await acceptingServer(),
      HTTP_PROXY: await servers.closedPort(),
    }),
    step: 'connection',
    code: 'proxy_failed',
    message: /the proxy 127\.0\.0\.1:\d+ refused the connection/,
    fix: /Correct HTTP_PROXY, or add 127\.0\.0\.1 to NO_PROXY/,
  },
  {
    mistake: 'a proxy that requires a password: 407',
    env: async () => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: await acceptingServer(),
      HTTP_PROXY: await responding(407),
    }),
    step: 'request',
    code: 'proxy_unauthorized',
    message: /responds with 407: the proxy requires a user and a password/,
    fix: /Set them in HTTPS_PROXY or HTTP_PROXY: http:\/\/user:password@proxy:3128\./,
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
    code: 'proxy_failed',
    message: /the proxy 127\.0\.0\.1:\d+ opened no tunnel \(407\): it requires a user and a password/,
    fix: /Correct HTTPS_PROXY/,
  },
  {
    mistake: 'a host without an address',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318' }),
    step: 'dns',
    code: 'dns_failed',
    message: /collector\.invalid cannot be resolved by DNS \((?:ENOTFOUND|EAI_AGAIN)\)/,
    fix: /Check the host name in the endpoint, and the DNS/,
  },
  {
    mistake: 'a backend that never responds',
    env: () =>
      endpointAt(
        servers.tcp(socket => socket.resume()),
        // Enough for the steps before it also on a busy machine.
        { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
      ),
    step: 'request',
    code: 'response_timeout',
    message: /accepts the connection and does not respond within 1000 ms/,
    fix: /raise delivery\.requestTimeoutMs/,
  },
  {
    mistake: 'a connection that is reset',
    env: () => endpointAt(servers.tcp(socket => socket.once('data', () => socket.resetAndDestroy()))),
    step: 'request',
    code: 'connection_closed',
    message: /closed the connection without a response \(ECONNRESET\)/,
    fix: /check the log of the backend/,
  },
  {
    mistake: 'a clock that is off by an hour',
    env: () =>
      endpointAt(
        servers.http(received => {
          const answer = acceptAll(received);
          return {
            ...answer,
            headers: { ...answer.headers, date: new Date(Date.now() + 3_600_000).toUTCString() },
          };
        }),
      ),
    step: 'clock',
    code: 'clock_skew',
    message: /the clock of this machine is 60 minutes behind the clock of the backend/,
    fix: /Synchronize the clock with NTP/,
  },
  {
    mistake: 'two copies of the API that do not work together',
    env: () => endpointAt(acceptingServer()),
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
    code: 'api_copies',
    message: /copies of @opentelemetry\/api that do not work with 1\.9\.\d+: 0\.21\.0 in node_modules\/old\//,
    fix: /npm ls @opentelemetry\/api/,
  },
  {
    mistake: 'a provider of another library',
    options() {
      apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
      return {};
    },
    step: 'tracer provider',
    status: 'warning',
    code: 'foreign_provider',
    message: /\(BasicTracerProvider\)/,
    fix: /Remove the other .*, or call init\(\) before/,
  },
  {
    mistake: 'a typo in the name of a variable',
    env: () => ({ DO_TRACE_EXPORTR: 'jaeger', OTEL_TRACES_EXPORTER: 'memory' }),
    step: 'variables',
    status: 'warning',
    code: 'unsupported_variable',
    message: /DO_TRACE_EXPORTR: the environment variable or its value is not supported/,
    fix: /The variable is ignored\. Write DO_TRACE_EXPORTER\./,
  },
  {
    mistake: 'an IPv6 address without brackets',
    env: () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://::1:4318', DO_TRACE_EXPORTER: 'otlp' }),
    step: 'variables',
    code: 'malformed_endpoint',
    message: /OTEL_EXPORTER_OTLP_ENDPOINT: the endpoint is not a URL or host/,
    fix: /IPv6 address .*in brackets: http:\/\/\[::1\]:4318/,
  },
  {
    mistake: 'another SDK that starts after init()',
    async request() {
      const load = async (): Promise<void> => {
        init({ exporter: 'memory', instrument: false });
        apiTrace.setGlobalTracerProvider(new BasicTracerProvider());
      };
      return { file: { path: '/app/instrumentation.mjs', load } };
    },
    step: 'OpenTelemetry API',
    status: 'warning',
    code: 'registration_refused',
    message: /after init\(\) another library tried to register a tracer provider and was refused/,
    fix: /Remove the other SDK, or call init\(\) after it has started/,
  },
  {
    mistake: 'init() after the modules that it instruments',
    options() {
      createRequire(import.meta.url)('protobufjs');
      return { exporter: 'memory', instrument: false, instrumentations: [new Late()] };
    },
    status: 'warning',
    code: 'module_loaded_too_early',
    message: /protobufjs/,
    fix: /Call init\(\) before .*node --import/,
  },
  {
    mistake: 'an unsupported variable',
    env: () => endpointAt(acceptingServer(), { OTEL_CONFIG_FILE: 'otel.yaml' }),
    step: 'variables',
    status: 'warning',
    code: 'unsupported_variable',
    message: /OTEL_CONFIG_FILE: the environment variable or its value is not supported/,
    fix: /The file is not read\. The other variables are in use\./,
  },
  {
    mistake: 'an unsupported protocol',
    env: () => endpointAt(acceptingServer(), { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    step: 'variables',
    status: 'warning',
    code: 'unsupported_variable',
    message:
      /OTEL_EXPORTER_OTLP_PROTOCOL: the environment variable or its value is not supported; expected 'http\/protobuf'/,
    fix: /http\/protobuf is used\. Most receivers of OTLP over gRPC also accept OTLP over HTTP, on port 4318\./,
  },
  {
    mistake: 'a malformed variable',
    env: () =>
      endpointAt(acceptingServer(), { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' }),
    step: 'variables',
    status: 'warning',
    code: 'malformed_variable',
    message: /OTEL_TRACES_SAMPLER_ARG: .*got "?10%/,
    fix: /./,
  },
  {
    mistake: 'an unknown exporter',
    env: () => ({ DO_TRACE_EXPORTER: 'hunycomb' }),
    step: 'variables',
    code: 'unknown_exporter',
    message: /DO_TRACE_EXPORTER.*: no exporter has this name; .*got "hunycomb"/,
    fix: /Write honeycomb\./,
  },
  {
    mistake: 'a spool directory that is a file',
    async options() {
      const directory = temporaryDirectory(cleanups);
      writeFileSync(join(directory, 'spool'), '');
      return { exporter: 'memory', delivery: { spool: join(directory, 'spool') } };
    },
    step: 'spool',
    code: 'spool_unavailable',
    message: /spool is a file/,
    fix: /Set delivery\.spool to a directory, or move the file away\./,
  },
  {
    mistake: 'a ratio of 0',
    env: () => endpointAt(acceptingServer(), { DO_TRACE_SAMPLE: '0' }),
    step: 'sampling',
    status: 'warning',
    code: 'nothing_sampled',
    message: /the ratio is 0: no trace that begins here is sent/,
    fix: /Raise the ratio: the sample option, DO_TRACE_SAMPLE/,
  },
  {
    mistake: 'disabled tracing',
    env: () => endpointAt(acceptingServer(), { OTEL_SDK_DISABLED: 'true' }),
    step: 'tracing',
    code: 'tracing_disabled',
    message: /tracing is off: OTEL_SDK_DISABLED is true, or the option enabled is false/,
    fix: /Unset OTEL_SDK_DISABLED, or leave the option enabled out\./,
  },
  {
    mistake: 'no exporter',
    env: () => ({ OTEL_TRACES_EXPORTER: 'none' }),
    step: 'exporter',
    code: 'no_exporter',
    message: /there is no exporter, so spans are not sent/,
    fix: /Set one: DO_TRACE_EXPORTER=otlp/,
  },
  {
    mistake: 'a malformed endpoint on the command line',
    request: { endpoint: 'grpc://collector:4317' },
    step: 'options',
    code: 'malformed_endpoint',
    message: /otlp\.endpoint: the endpoint is not a URL or host/,
    fix: /OTLP over HTTP, usually on port 4318/,
  },
  {
    mistake: 'a file that does not call init()',
    async request() {
      return { file: { path: 'app.mjs', load: async () => {} } };
    },
    step: 'init',
    code: 'init_not_called',
    message: /app\.mjs does not call init\(\) while it is loaded/,
    fix: /Name the file that calls init\(\)/,
  },
  {
    mistake: 'a Jaeger whose UI is at another address',
    async options() {
      const { jaeger } = await import('../../../src/exporters/index.js');
      return { exporter: jaeger({ endpoint: await acceptingServer(), ui: await servers.closedPort() }) };
    },
    step: 'read back',
    status: 'warning',
    code: 'ui_unreachable',
    message: /Jaeger does not respond at http:\/\/127\.0\.0\.1:\d+/,
    fix: /Correct the ui option of jaeger\(\)/,
  },
];

/** An instrumentation of a package that is already loaded. */
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
  const directory = prepare === undefined ? ROOT : temporaryDirectory(cleanups);
  prepare?.(directory);
  const doctorRequest = typeof request === 'function' ? await request() : (request ?? {});
  return runDoctor(doctorRequest, { env: (await env?.()) ?? {}, cwd: directory, directories: [directory] });
}

const flat = (checks: readonly Check[]): Check[] =>
  checks.flatMap(check => (check.steps === undefined ? [check] : flat(check.steps)));

describe('the doctor reports the cause and the fix of', () => {
  it.each(CASES)('$mistake', async faulty => {
    const report = await reportOf(faulty);
    expect(isAllGood(report)).toBe(false);
    const { step, code, message, fix, status = 'error' } = faulty;
    const found = flat(report.checks).filter(check => check.status === 'error' || check.status === 'warning');
    const named = found.find(
      check => check.code === code && check.name === (step ?? check.name) && message.test(check.message),
    );
    expect(named, JSON.stringify(found, null, 2)).toBeDefined();
    expect(named).toMatchObject({ status, source: expect.stringMatching(/./) });
    expect(named?.fix).toMatch(fix);
    expect(named?.why).toMatch(/^\S.*\.$/);
    if (faulty.why !== undefined) expect(named?.why).toMatch(faulty.why);
    // The report must not contain other faults than the one that exists.
    expect(new Set(found.map(({ name }) => name)).size).toBeLessThan(4);
    const page = formatReport(report, { width: 80, color: false, isImported: true });
    expect(page).not.toContain('All good');
    expect(page + JSON.stringify(report)).not.toMatch(/s3cr3t|token=secret/);
    // Only text to copy, such as a URL, is longer than a line.
    const long = page.split('\n').filter(line => line.length > 80 && /\S +\S/.test(line.slice(20).trim()));
    expect(long).toEqual([]);
  });

  it('more than forty mistakes', () => {
    expect(CASES.length).toBeGreaterThan(40);
  });
});
