// Real servers on loopback that play backends and proxies, with certificates and temporary directories. Each test ends its own
// by `Cleanups`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';

/** A key and its certificate, in PEM, and the file of the certificate. */
export interface Pem {
  readonly key: string;
  readonly cert: string;
  readonly file: string;
}

/** Functions that run at the end of a test, the latest first. */
export class Cleanups {
  readonly #all: (() => unknown)[] = [];

  add(cleanup: () => unknown): void {
    this.#all.push(cleanup);
  }

  async run(): Promise<void> {
    for (const cleanup of this.#all.splice(0).reverse()) await cleanup();
  }
}

/** A directory that is deleted with the test. */
export function temporaryDirectory(cleanups: Cleanups): string {
  const path = mkdtempSync(join(tmpdir(), 'trace-doctor-'));
  cleanups.add(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A self-signed certificate. */
export function createCertificate(cleanups: Cleanups, name: string, alternatives: string): Pem {
  const directory = temporaryDirectory(cleanups);
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternatives}`];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), file: cert };
}

/** A request that a server received. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly port: number | undefined;
}

/** The response of a server. */
export interface FakeResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The servers of one test. */
export class BackendServers {
  readonly #cleanups: Cleanups;

  constructor(cleanups: Cleanups) {
    this.#cleanups = cleanups;
  }

  /** Starts an HTTP server. Returns its base URL. */
  async http(respond: (request: ReceivedRequest) => FakeResponse = () => ({})): Promise<string> {
    return `http://127.0.0.1:${await this.listen(createServer(listener(respond)))}`;
  }

  /** Starts an HTTPS server. */
  async https(
    options: Pick<Pem, 'key' | 'cert'> & ServerOptions,
    respond: (request: ReceivedRequest) => FakeResponse = () => ({}),
  ): Promise<string> {
    return `https://127.0.0.1:${await this.listen(createTlsServer(options, listener(respond)))}`;
  }

  /** Starts a server that uses HTTP/2 without TLS, as gRPC does. */
  async http2(): Promise<string> {
    return `http://127.0.0.1:${await this.listen(createHttp2Server() as unknown as Server)}`;
  }

  /** Starts a TCP server. */
  async tcp(onSocket: (socket: Socket) => void): Promise<string> {
    return `http://127.0.0.1:${await this.listen(createTcpServer(onSocket))}`;
  }

  /**
   * Starts a proxy that opens tunnels to a port of this machine.
   *
   * @param port the port that every tunnel leads to
   * @returns the base URL, and the targets of the tunnels
   */
  async tunnelProxy(port: number): Promise<{ readonly url: string; readonly tunnels: readonly string[] }> {
    const tunnels: string[] = [];
    const url = await this.proxy((target, client) => {
      tunnels.push(target);
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
    });
    return { url, tunnels };
  }

  /** Starts a proxy that hands each CONNECT request to a function. */
  async proxy(onConnect: (target: string, client: Socket) => void): Promise<string> {
    const server = createServer();
    server.on('connect', ({ url = '' }, client: Socket) => {
      client.on('error', () => undefined);
      onConnect(url, client);
    });
    return `http://127.0.0.1:${await this.listen(server)}`;
  }

  /** A port without a server. */
  async closedPort(): Promise<string> {
    return `http://127.0.0.1:${await freePort()}`;
  }

  /** Starts a server and returns its port. */
  async listen(server: Server | HttpServer): Promise<number> {
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

/** The response of an OTLP receiver that accepts every request, in the encoding of the request. */
export function acceptAll({ headers }: Pick<ReceivedRequest, 'headers'>): FakeResponse {
  const isJson = headers['content-type'] === 'application/json';
  return isJson
    ? { headers: { 'content-type': 'application/json' }, body: '{}' }
    : { headers: { 'content-type': 'application/x-protobuf' } };
}

/** The port of a base URL. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}

function listener(respond: (request: ReceivedRequest) => FakeResponse): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, socket } = request;
      const {
        status = 200,
        headers: own,
        body,
      } = respond({
        method,
        path,
        headers,
        body: Buffer.concat(chunks),
        port: socket.remotePort,
      });
      response.writeHead(status, { ...own }).end(body);
    });
  };
}
