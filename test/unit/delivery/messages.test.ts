// What is said when the set-up is wrong: for each mistake one line, with the fix, however often it shows. The servers are
// real; the delivery flushes five times into each.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TlsOptions } from '../../../src/delivery/http/tls-options.js';
import { createDelivery } from '../../../src/delivery/index.js';
import type { DeliveryOptions } from '../../../src/delivery/options.js';
import { freePort } from '../../support/free-port.mjs';
import { makeSpan, resource } from '../../support/spans.js';
import { makeDiagnostics, makeWorld, VirtualTime } from '../../support/delivery-fixture.js';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

interface Pem {
  readonly key: string;
  readonly cert: string;
}

let own: Pem;
let elsewhere: Pem;

beforeAll(() => {
  own = makeCertificate('localhost', 'DNS:localhost,IP:127.0.0.1');
  elsewhere = makeCertificate('elsewhere.test', 'DNS:elsewhere.test');
});

function makeCertificate(name: string, alternatives: string): Pem {
  const directory = mkdtempSync(join(tmpdir(), 'trace-messages-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternatives}`];
  const args = ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert];
  execFileSync('openssl', args, { stdio: 'ignore' });
  const pem = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(directory, { recursive: true });
  return pem;
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status, headers).end(body));
  };

const http = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(listener))}/v1/traces`;

const https = async (options: ServerOptions): Promise<string> =>
  `https://127.0.0.1:${await listen(createTlsServer(options, answering(200)))}/v1/traces`;

interface Case {
  readonly mistake: string;
  readonly start: () => Promise<string>;
  readonly says: RegExp;
  readonly tls?: () => TlsOptions;
  readonly options?: DeliveryOptions;
}

const CASES: readonly Case[] = [
  {
    mistake: 'a port on which nobody listens',
    start: async () => `http://127.0.0.1:${await freePort()}/v1/traces`,
    says: /refused the connection: check that the receiver runs and that host and port are right/,
  },
  {
    mistake: 'a wrong path',
    start: () => http(answering(404)),
    says: /answered 404: nothing takes traces at this path; the usual one ends in \/v1\/traces/,
  },
  {
    mistake: 'a missing key',
    start: () => http(answering(401)),
    says: /answered 401: the key or token is missing or wrong; check the headers of the exporter/,
  },
  {
    mistake: 'a key without rights',
    start: () => http(answering(403)),
    says: /answered 403: the key or token may not write here; check the headers of the exporter and the rights/,
  },
  {
    mistake: 'a web page in place of OTLP',
    start: () => http(answering(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>')),
    says: /answered 200 with a web page: this is no OTLP receiver; check the endpoint/,
  },
  {
    mistake: 'a login page behind a redirect',
    start: () => http(answering(302, { location: 'https://login.test/?next=secret' })),
    says: /redirects \(302\) to https:\/\/login\.test\/: .*set the endpoint to where it leads/,
  },
  {
    mistake: 'a backend that speaks another format',
    start: () => http(answering(415)),
    says: /answered 415: .*try the other `protocol`/,
  },
  {
    mistake: 'a busy backend',
    start: () => http(answering(503)),
    says: /answered 503; spans wait and are sent again/,
  },
  {
    mistake: 'a backend that refuses some spans',
    start: () =>
      http(
        answering(
          200,
          { 'content-type': 'application/json' },
          '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"too old"}}',
        ),
      ),
    says: /refused 1 span: too old/,
  },
  {
    mistake: 'a backend for which one span is too large',
    start: () => http(answering(413)),
    says: /a span of \d+ bytes alone is more than it takes and was dropped; keep large values out of attributes/,
  },
  {
    mistake: 'a backend that never answers',
    start: async () =>
      `http://127.0.0.1:${await listen(createTcpServer(socket => socket.resume()))}/v1/traces`,
    options: { timeoutMs: 40 },
    says: /did not answer in time: look at the backend, or raise `delivery.timeoutMs`/,
  },
  {
    mistake: 'a certificate that nobody vouches for',
    start: () => https(own),
    says: /has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): give its authority as `tls.ca`/,
  },
  {
    mistake: 'a certificate for another name',
    start: () => https(elsewhere),
    tls: () => ({ ca: elsewhere.cert }),
    says: /has a certificate for another name \(ERR_TLS_CERT_ALTNAME_INVALID\): put the name that stands in it/,
  },
  {
    mistake: 'a backend that wants a certificate of ours',
    start: () => https({ ...own, ca: own.cert, requestCert: true, maxVersion: 'TLSv1.2' }),
    tls: () => ({ ca: own.cert }),
    says: /ended the TLS handshake \(\w+\): .*`tls.cert` and `tls.key`/,
  },
  {
    mistake: 'https where http is spoken',
    start: async () => (await http(answering(200))).replace('http:', 'https:'),
    says: /does not speak TLS \(\w+\): use http:\/\/ or another port in the endpoint/,
  },
  {
    mistake: 'the port of gRPC',
    start: async () => `http://127.0.0.1:${await listen(createHttp2Server() as unknown as Server)}/v1/traces`,
    says: /does not speak HTTP\/1.1: port 4317 speaks gRPC/,
  },
  {
    mistake: 'http where https is spoken',
    start: async () => (await https(own)).replace('https:', 'http:'),
    says: /closed the connection without an answer: if it speaks TLS, use https:\/\/ in the endpoint/,
  },
];

describe('one line with the fix, however often it shows, for', () => {
  it.each(CASES)('$mistake', async ({ start, says, tls, options = {} }) => {
    const endpoint = new URL(await start());
    const messages: string[] = [];
    const delivery = createDelivery({
      name: 'otlp',
      endpoint,
      options,
      resource,
      diagnostics: makeDiagnostics(messages, () => 0),
      env: {},
      ...(tls === undefined ? {} : { tls: tls() }),
    });
    cleanups.push(() => delivery.rescue());
    for (let round = 0; round < 5; round++) {
      delivery.processor.onEnd(makeSpan({ name: `s${round}` }));
      await delivery.flush(500);
    }
    const said = messages.filter(
      // On a busy machine half a second may not be enough for a first connection; that is said, too.
      message =>
        !/the flush ended before|was not connected when the flush ended|takes no requests of this size/.test(
          message,
        ),
    );
    expect(said).toEqual([expect.stringMatching(says)]);
    expect(said[0]).toMatch(/^warn: otlp \(https?:\/\/127\.0\.0\.1:/);
    expect(said[0]).not.toMatch(/secret|\n/);
    expect(delivery.stats().lastError).toMatch(says);
    expect(delivery.stats().ended).toBe(5);
  });

  it('a span that no backend takes', async () => {
    const { delivery, messages, time } = makeWorld();
    for (let i = 0; i < 3; i++) {
      delivery.processor.onEnd(makeSpan({ attributes: { blob: 'x'.repeat(70_000_000) } }));
      delivery.processor.onEnd(makeSpan());
    }
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ sent: 3, dropped: { too_large: 3 } });
    expect(messages).toEqual([
      'warn: otlp (http://collector.test:4318/v1/traces): a span of more than 60 MiB was dropped, no backend takes it; ' +
        'keep large values out of attributes',
    ]);
  });

  it.each([
    [3_600_000, 'forward by 3600 s'],
    [-86_400_000, 'back by 86400 s'],
  ])('a clock that jumps by %d ms, and nothing else stops', async (jumpMs, said) => {
    const time = new VirtualTime();
    const { delivery, backend, messages } = makeWorld({}, { time });
    const pass = async (): Promise<void> => {
      delivery.processor.onEnd(makeSpan());
      await time.advance(1_000);
    };
    await pass();
    backend.mood = () => ({ status: 503, retryAfter: new Date(time.wallMs() + 5_000).toUTCString() });
    await pass();
    backend.mood = () => 'ok';
    for (let i = 0; i < 3; i++) {
      time.wallOffsetMs += jumpMs;
      await pass();
    }
    await time.advance(6_000);
    expect(delivery.stats()).toMatchObject({ ended: 5, sent: 5, queued: 0 });
    const lines = messages.filter(message => message.includes('clock'));
    expect(lines).toEqual([expect.stringContaining(`the clock of this machine jumped ${said}`)]);
    expect(lines[0]).toContain('keep the clock in step (NTP)');
  });

  it('takes what NTP does for no jump', async () => {
    const { delivery, messages, time } = makeWorld();
    for (let i = 0; i < 100; i++) {
      time.wallOffsetMs += i % 2 === 0 ? 500 : -400;
      delivery.processor.onEnd(makeSpan());
      await time.advance(1_000);
    }
    expect(messages).toEqual([]);
  });
});
