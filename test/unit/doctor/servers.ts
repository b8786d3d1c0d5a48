// Backends that are wrong in one way each, on loopback; whoever starts them ends them by `cleanups`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.mjs';

/** A key and its certificate, in PEM, and the certificate's file. */
export interface Pem {
  readonly key: string;
  readonly cert: string;
  readonly file: string;
}

/** What is to be ended, latest first. */
export class Cleanups {
  readonly #all: (() => unknown)[] = [];

  add(cleanup: () => unknown): void {
    this.#all.push(cleanup);
  }

  async run(): Promise<void> {
    for (const cleanup of this.#all.splice(0).reverse()) await cleanup();
  }
}

/** A folder that goes with the test. */
export function folder(cleanups: Cleanups): string {
  const path = mkdtempSync(join(tmpdir(), 'trace-doctor-'));
  cleanups.add(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A certificate that nobody vouches for. */
export function makeCertificate(cleanups: Cleanups, name: string, alternatives: string): Pem {
  const directory = folder(cleanups);
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternatives}`];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), file: cert };
}

/** A request as a fake backend sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What it answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The servers of one test. */
export class Servers {
  readonly #cleanups: Cleanups;

  constructor(cleanups: Cleanups) {
    this.#cleanups = cleanups;
  }

  /** An HTTP server; the base URL. */
  async http(answer: (seen: Seen) => Answer): Promise<string> {
    return `http://127.0.0.1:${await this.#listen(createServer(listener(answer)))}`;
  }

  /** The same with TLS. */
  async https(pem: Pem, answer: (seen: Seen) => Answer = () => ({})): Promise<string> {
    const { key, cert } = pem;
    return `https://127.0.0.1:${await this.#listen(createTlsServer({ key, cert }, listener(answer)))}`;
  }

  /** A port that answers like gRPC. */
  async http2(): Promise<string> {
    return `http://127.0.0.1:${await this.#listen(createHttp2Server() as unknown as Server)}`;
  }

  /** Anything on TCP. */
  async tcp(onSocket: (socket: Socket) => void): Promise<string> {
    return `http://127.0.0.1:${await this.#listen(createTcpServer(onSocket))}`;
  }

  /** A port on which nobody listens. */
  async nobody(): Promise<string> {
    return `http://127.0.0.1:${await freePort()}`;
  }

  async #listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    this.#cleanups.add(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }
}

/** An OTLP receiver that takes everything, in the form that it came in. */
export function takesAll({ headers }: Seen): Answer {
  const isJson = headers['content-type'] === 'application/json';
  return isJson
    ? { headers: { 'content-type': 'application/json' }, body: '{}' }
    : { headers: { 'content-type': 'application/x-protobuf' } };
}

function listener(answer: (seen: Seen) => Answer): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const reply = answer({ method, path, headers, body: Buffer.concat(chunks) });
      response.writeHead(reply.status ?? 200, { ...reply.headers }).end(reply.body);
    });
  };
}
