// The log of set-ups with one mistake each: one message with the fix, however often the mistake shows. The servers are real, and
// the delivery is flushed five times.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../../../src/core/diagnostic-codes.js';
import type { DestinationInfo } from '../../../../src/delivery/destination/destination-info.js';
import type { TlsOptions } from '../../../../src/delivery/http/tls-options.js';
import { createDelivery } from '../../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../../src/delivery/options.js';
import {
  createFailureDiagnostic,
  quoteBody,
  createStatusDiagnostic,
} from '../../../../src/delivery/send/failure-diagnostics.js';
import type { TransportFailure, TransportResponse } from '../../../../src/delivery/transport.js';
import {
  BackendServers,
  Cleanups,
  createCertificate,
  type FakeResponse,
  type Pem,
} from '../../../support/backend-servers.js';
import { collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { makeSpan, resource } from '../../../support/spans.js';

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
afterEach(() => cleanups.run());

const responding = (status: number, headers: FakeResponse['headers'] = {}, body = ''): Promise<string> =>
  servers.http(() => ({ status, headers, body }));

interface Case {
  readonly mistake: string;
  readonly start: () => Promise<string>;
  readonly code: DiagnosticCode;
  readonly message: RegExp;
  readonly fix: RegExp;
  readonly tls?: () => TlsOptions;
  readonly options?: DeliveryOptions;
}

const CASES: readonly Case[] = [
  {
    mistake: 'a port without a receiver',
    start: () => servers.closedPort(),
    code: 'connection_refused',
    message: /refused the connection; spans are kept and sent again$/,
    fix: /^Check that the receiver is running and that host and port are right\.$/,
  },
  {
    mistake: 'a wrong path',
    start: () => responding(404),
    code: 'path_not_found',
    message: /responded with 404: there is no OTLP receiver at this path; the spans were dropped$/,
    fix: /Its path usually ends in \/v1\/traces\.$/,
  },
  {
    mistake: 'a missing key',
    start: () => responding(401),
    code: 'unauthorized',
    message: /responded with 401: the API key or token is missing or wrong; the spans were dropped$/,
    fix: /^Check the headers of the exporter\.$/,
  },
  {
    mistake: 'a key without permission',
    start: () => responding(403),
    code: 'forbidden',
    message: /responded with 403: the API key or token has no permission to write spans; the spans/,
    fix: /^Check the headers of the exporter and the permissions of the key\.$/,
  },
  {
    mistake: 'a web page instead of OTLP',
    start: () => responding(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>'),
    code: 'web_page_response',
    message: /responded with 200: the response is a web page, so this is not an OTLP receiver; the spans/,
    fix: /^Set the endpoint to an OTLP\/HTTP receiver/,
  },
  {
    mistake: 'a redirect to a login page',
    start: () => responding(302, { location: 'https://login.test/?next=secret' }),
    code: 'redirected',
    message:
      /responded with 302, a redirect to https:\/\/login\.test\/: redirects are not followed; the spans/,
    fix: /^Set the endpoint to the target of the redirect/,
  },
  {
    mistake: 'a backend with another encoding',
    start: () => responding(415),
    code: 'unsupported_media_type',
    message: /responded with 415: /,
    fix: /^Try the other protocol/,
  },
  {
    mistake: 'a busy backend',
    start: () => responding(503),
    code: 'backend_unavailable',
    message: /responded with 503: .*; spans are kept and sent again$/,
    fix: /^If it lasts, check the log of the backend/,
  },
  {
    mistake: 'a backend with an unknown status',
    start: () => responding(418, { 'content-type': 'text/plain' }, 'I am a teapot'),
    code: 'request_rejected',
    message:
      /responded with 418: the backend rejected the request \("I am a teapot"\); the spans were dropped$/,
    fix: /^Check the log of the backend\.$/,
  },
  {
    mistake: 'a backend that rejects some spans',
    start: () =>
      responding(
        200,
        { 'content-type': 'application/json' },
        '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"too old"}}',
      ),
    code: 'partial_success',
    message: /rejected 1 span: too old$/,
    fix: /^Correct the reason that the backend gives\./,
  },
  {
    mistake: 'a backend for which one span is too large',
    start: () => responding(413),
    code: 'span_too_large',
    message: /a span of \d+ bytes is larger than the backend accepts and was dropped$/,
    fix: /^Keep large values out of attributes\.$/,
  },
  {
    mistake: 'a backend that never responds',
    start: () => servers.tcp(socket => socket.resume()),
    options: { requestTimeoutMs: 40 },
    code: 'response_timeout',
    message: /did not respond in time; spans are kept and sent again$/,
    fix: /raise delivery\.requestTimeoutMs\.$/,
  },
  {
    mistake: 'a self-signed certificate',
    start: () => servers.https(localhost),
    code: 'certificate_untrusted',
    message: /has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    fix: /^Set its certificate authority with tls\.ca/,
  },
  {
    mistake: 'a certificate for another name',
    start: () => servers.https(elsewhere),
    tls: () => ({ ca: elsewhere.cert }),
    code: 'certificate_name_mismatch',
    message: /has a certificate for another host name \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    fix: /^Use a host name in the endpoint that is in the certificate\.$/,
  },
  {
    mistake: 'a backend that requires a client certificate',
    start: () =>
      servers.https({ ...localhost, ca: localhost.cert, requestCert: true, maxVersion: 'TLSv1.2' }),
    tls: () => ({ ca: localhost.cert }),
    code: 'tls_handshake_rejected',
    message: /rejected the TLS handshake \(\w+\)/,
    fix: /tls\.cert and tls\.key/,
  },
  {
    mistake: 'https:// for a port without TLS',
    start: async () => (await responding(200)).replace('http:', 'https:'),
    code: 'tls_unsupported',
    message: /does not use TLS \(\w+\)/,
    fix: /^Use http:\/\/ or another port in the endpoint\.$/,
  },
  {
    mistake: 'the gRPC port',
    start: () => servers.http2(),
    code: 'http_unsupported',
    message: /does not use HTTP\/1\.1/,
    fix: /port 4317 is for gRPC/,
  },
  {
    mistake: 'http:// for a port with TLS',
    start: async () => (await servers.https(localhost)).replace('https:', 'http:'),
    code: 'connection_closed',
    message: /closed the connection without a response/,
    fix: /^Use https:\/\/ in the endpoint if the port requires TLS\./,
  },
];

// On a busy machine, half a second may not be enough for a first connection.
const IGNORED: readonly string[] = ['flush_incomplete', 'connection_abandoned', 'request_too_large'];

describe('one warning with the fix, however often it occurs, for', () => {
  it.each(CASES)('$mistake', async ({ start, code, message, fix, tls, options = {} }) => {
    const endpoint = new URL('/v1/traces', await start());
    const { diagnostics, captured } = collectDiagnostics();
    const delivery = createDelivery({
      name: 'otlp',
      endpoint,
      options,
      resource,
      diagnostics,
      env: {},
      ...(tls === undefined ? {} : { tls: tls() }),
    });
    cleanups.add(() => delivery.rescue());
    for (let round = 0; round < 5; round++) {
      delivery.processor.onEnd(makeSpan({ name: `s${round}` }));
      await delivery.flush(500);
    }
    const reported = captured.filter(diagnostic => !IGNORED.includes(diagnostic.code));
    expect(reported).toMatchObject([{ level: 'warn', code, source: 'otlp' }]);
    expect(reported[0]?.message).toMatch(message);
    expect(reported[0]?.message).toMatch(/^otlp \(https?:\/\/127\.0\.0\.1:/);
    expect(reported[0]?.fix).toMatch(fix);
    expect(JSON.stringify(reported)).not.toMatch(/secret|\\n/);
    expect(delivery.stats().lastError).toContain(`[${code}]`);
    expect(delivery.stats().ended).toBe(5);
  });
});

const DESTINATION: DestinationInfo = {
  name: 'otlp',
  displayEndpoint: 'http://localhost:4318/v1/traces',
  origin: 'http://localhost:4318',
  isDefaultEndpoint: true,
};
const failure = (parts: Partial<TransportFailure> = {}): TransportFailure => ({
  kind: 'failure',
  code: 'ECONNREFUSED',
  message: 'connect ECONNREFUSED',
  isRequestSent: false,
  wireBytes: 0,
  ...parts,
});
const response = (parts: Partial<TransportResponse> = {}): TransportResponse => ({
  kind: 'response',
  status: 400,
  body: new Uint8Array(0),
  wireBytes: 0,
  ...parts,
});

describe('a request without a response', () => {
  it('at the default endpoint asks for a receiver', () => {
    expect(createFailureDiagnostic(failure(), DESTINATION)).toMatchObject({
      code: 'receiver_unreachable',
      message: 'otlp: no OTLP receiver at http://localhost:4318',
      fix: 'Start one with "npx @do/trace view", or set the exporter option.',
      source: 'otlp',
    });
    expect(createFailureDiagnostic(failure({ code: 'ECONNRESET' }), DESTINATION).code).toBe(
      'connection_closed',
    );
  });

  it('has the beginning of an unknown error', () => {
    const error = failure({ code: 'EODD', message: 'x'.repeat(1_000) });
    const { message } = createFailureDiagnostic(error, { ...DESTINATION, isDefaultEndpoint: false });
    expect(message).toMatch(/cannot be reached \(EODD: x{200}\); spans are kept and sent again$/);
  });

  it('has the diagnosis of the transport, if there is one', () => {
    const diagnosis = { code: 'file_not_writable', fact: 'the disk is full', fix: 'Make room.' } as const;
    const file = { ...DESTINATION, name: 'file', displayEndpoint: '/var/traces.jsonl' };
    expect(createFailureDiagnostic(failure({ diagnosis }), file)).toEqual({
      code: 'file_not_writable',
      message: 'file (/var/traces.jsonl): the disk is full; spans are kept and sent again',
      fix: 'Make room.',
      source: 'file',
    });
    expect(createFailureDiagnostic(failure({ diagnosis }), file, false).message).toBe(
      'file (/var/traces.jsonl): the disk is full',
    );
  });
});

describe('a redirect', () => {
  it.each([
    [undefined, 'without a target'],
    ['/login?next=secret', 'to /login'],
    ['https://a.test/#secret', 'to https://a.test/'],
  ])('to %s is shown without its query', (location, target) => {
    const { message } = createStatusDiagnostic(response({ status: 307, location }), DESTINATION);
    expect(message).toContain(`responded with 307, a redirect ${target}: `);
  });
});

describe('the quotation of a body', () => {
  it.each([
    ['plain text on one line', 'text/plain', 'no\n\u001b[31m such\tfield ', ' ("no [31m such field")'],
    ['JSON', 'application/json', '{"error":"no"}', ' ("{"error":"no"}")'],
    ['a body without a type', undefined, 'no', ' ("no")'],
    ['no web page', 'text/html', '<html>', ''],
    ['no empty body', 'text/plain', ' \n', ''],
  ])('has %s', (_, contentType, body, quotation) => {
    expect(quoteBody(response({ contentType, body: Buffer.from(body) }), 200)).toBe(quotation);
  });

  it('has no more bytes than the limit', () => {
    expect(quoteBody(response({ body: Buffer.from('abcdef') }), 3)).toBe(' ("abc")');
  });
});
