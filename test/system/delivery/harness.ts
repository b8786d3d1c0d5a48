// What the tests with real processes share: the application and the receiver, bundled once, and servers that go wrong.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { freePort } from '../../support/free-port.mjs';
import type { ExporterStats } from '../../../src/delivery/stats.js';
import { spanNames, traceIdsOf } from '../../unit/delivery/names.js';
import type { Plan } from './app.mjs';

/** For who ends when all is delivered: a limit against a hang, which no busy machine comes near. */
export const PATIENT = { flushTimeoutMs: 60_000 } as const;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The books as they stood at the end; a killed process has left none. */
  readonly stats: ExporterStats | undefined;
}

/** A process under test. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits for the first line on stdout. */
  started(): Promise<void>;
  /** Waits until it has said something, on stdout or on stderr. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A receiver that remembers span names. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly names: string[];
  readonly traceIds: Set<string>;
  /** Waits until it has been sent a span. */
  reached(): Promise<void>;
  /** Ends it, with all its connections. */
  close(): void;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const built = new Map<string, string>();

/** Everything that a test file starts, and ends again. */
export class Harness {
  readonly #cleanups: (() => void)[] = [];

  /** Ends and removes everything; for afterEach. */
  cleanUp(): void {
    for (const cleanup of this.#cleanups.splice(0).reverse()) cleanup();
  }

  onCleanUp(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** A directory that goes with the test. */
  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'trace-spool-'));
    this.onCleanUp(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  /** A receiver in this process; `port` 0 takes a free one, which nobody else takes when it is closed and comes back. */
  async receiver(
    port = 0,
    answer: (response: ServerResponse, request: IncomingMessage) => void = response => void response.end(),
  ): Promise<Receiver> {
    const names: string[] = [];
    const traceIds = new Set<string>();
    let isReached = (): void => {};
    const first = new Promise<void>(resolve => (isReached = resolve));
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = gunzipSync(Buffer.concat(chunks));
        names.push(...spanNames(bytes));
        for (const id of traceIdsOf(bytes)) traceIds.add(id);
        if (names.length > 0) isReached();
        answer(response, request);
      });
    });
    const { port: taken, close } = await this.#listen(server, port || (await freePort()));
    const url = `http://127.0.0.1:${taken}/v1/traces`;
    return { url, port: taken, names, traceIds, reached: () => first, close };
  }

  /** The URL of a server that accepts connections, reads, and never answers. */
  async silent(): Promise<string> {
    const { port } = await this.#listen(createTcpServer(socket => socket.resume()) as Server, 0);
    return `http://127.0.0.1:${port}/v1/traces`;
  }

  /** Starts the application. */
  app(plan: Plan, options: { readonly uid?: number; readonly shell?: string } = {}): Running {
    const { uid, shell } = options;
    const args = [bundled('app'), JSON.stringify(plan)];
    // A shell may set limits first; then it becomes the application.
    return shell === undefined
      ? this.run(process.execPath, args, { uid })
      : this.run('sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...args], { uid });
  }

  /** The URL of a host that swallows connections: a stopped process with a full backlog; they never come about. */
  async blackHole(): Promise<string> {
    const { child, port } = await this.receiverProcess('/dev/null', 0, 1);
    child.kill('SIGSTOP');
    for (let waiting = 0; waiting < 20; waiting++) {
      const socket = connect(port, '127.0.0.1');
      this.onCleanUp(() => socket.destroy());
      socket.on('error', () => undefined);
      const connected = await Promise.race([
        once(socket, 'connect').then(() => true),
        // That a connection never comes about is told by nothing but time; loopback takes well under a millisecond.
        // After a look at the sockets, for a busy machine may come to the timer first.
        new Promise<false>(resolve => setTimeout(() => setImmediate(() => resolve(false)), 300)),
      ]);
      if (!connected) return `http://127.0.0.1:${port}/v1/traces`;
    }
    throw new Error('the backlog takes more than twenty connections: this is no black hole');
  }

  /** Starts a receiver in a process of its own. */
  async receiverProcess(file: string, port = 0, backlog = 511): Promise<Running & { readonly port: number }> {
    const args = [bundled('receiver'), String(port || (await freePort())), file, String(backlog)];
    const running = this.run(process.execPath, args);
    const [, taken] = await running.said(/^listening (\d+)$/m);
    return { ...running, port: Number(taken) };
  }

  /** Starts any program. */
  run(
    command: string,
    args: readonly string[],
    { uid, env = process.env }: { readonly uid?: number | undefined; readonly env?: NodeJS.ProcessEnv } = {},
  ): Running {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.onCleanUp(() => void child.kill('SIGKILL'));
    let stdout = '';
    let stderr = '';
    const waiting = new Set<() => void>();
    const hear = (): void => {
      for (const look of waiting) look();
    };
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString())).on('data', hear);
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString())).on('data', hear);
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
      stats: statsIn(stdout),
    }));
    const said = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        look();
        const why = (): Error => new Error(`it ended and has not said ${pattern}:\n${stdout}${stderr}`);
        ended.then(() => reject(why()), reject);
      });
    const started = async (): Promise<void> => {
      await said(/\n/);
    };
    return { child, ended, started, said };
  }

  async #listen(server: Server, port: number): Promise<{ port: number; close: () => void }> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const close = (): void => {
      for (const socket of sockets) socket.destroy();
      server.close();
    };
    this.onCleanUp(close);
    return { port: (server.address() as AddressInfo).port, close };
  }
}

/** What a receiver process has written down. */
export function namesIn(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

/** What the application has noted down: milliseconds since its start, and how many of them its event loop has waited. */
export function markIn(stdout: string, what: string): { readonly atMs: number; readonly idleMs: number } {
  const [, at, idle] = new RegExp(`^${what} ([\\d.]+) ([\\d.]+)$`, 'm').exec(stdout) ?? [];
  return { atMs: Number(at), idleMs: Number(idle) };
}

function statsIn(stdout: string): ExporterStats | undefined {
  const [, json] = /^stats (.*)$/m.exec(stdout) ?? [];
  return json === undefined ? undefined : (JSON.parse(json) as ExporterStats);
}

/** A program of this folder as one file: it starts in a tenth of the time that a loader takes. */
function bundled(name: 'app' | 'receiver'): string {
  const known = built.get(name);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), 'trace-bundle-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, `${name}.cjs`);
  buildSync({
    entryPoints: [here(`${name}.mts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  // Also for processes of other users.
  chmodSync(directory, 0o755);
  built.set(name, outfile);
  return outfile;
}
