// The harness of the tests with real processes: starts the application and the receiver, bundled once, and faulty servers.

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
import { spanNames, traceIdsOf } from '../../support/span-names.js';
import type { Plan } from './app.mjs';

/** For who ends when all is delivered: a limit against a hang, which no busy machine comes near. */
export const LONG_LIMIT = { flushTimeoutMs: 60_000 } as const;

/** The end of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The statistics at the end; undefined for a killed process. */
  readonly stats: ExporterStats | undefined;
}

/** A process under test. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits for the first line on stdout. */
  started(): Promise<void>;
  /** Waits for output on stdout or stderr. */
  waitForOutput(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A receiver that records span names. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly names: string[];
  readonly traceIds: Set<string>;
  /** Waits until it has received a span. */
  receivedFirst(): Promise<void>;
  /** Closes it with all connections. */
  close(): void;
}

const toPath = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const bundles = new Map<string, string>();

/** Starts the processes and servers of a test file, and ends them. */
export class Harness {
  readonly #cleanups: (() => void)[] = [];

  /** Ends and removes everything. Called in afterEach. */
  cleanUp(): void {
    for (const cleanup of this.#cleanups.splice(0).reverse()) cleanup();
  }

  onCleanUp(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** Creates a directory that is removed after the test. */
  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'trace-spool-'));
    this.onCleanUp(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  /** Starts a receiver in this process. `port` 0 reserves a free port, so that a later receiver can use the same one. */
  async receiver(
    port = 0,
    respond: (response: ServerResponse, request: IncomingMessage) => void = response => void response.end(),
  ): Promise<Receiver> {
    const names: string[] = [];
    const traceIds = new Set<string>();
    let onFirst = (): void => {};
    const first = new Promise<void>(resolve => (onFirst = resolve));
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = gunzipSync(Buffer.concat(chunks));
        names.push(...spanNames(bytes));
        for (const id of traceIdsOf(bytes)) traceIds.add(id);
        if (names.length > 0) onFirst();
        respond(response, request);
      });
    });
    const { port: taken, close } = await this.#listen(server, port || (await freePort()));
    const url = `http://127.0.0.1:${taken}/v1/traces`;
    return { url, port: taken, names, traceIds, receivedFirst: () => first, close };
  }

  /** Starts a server that accepts connections, reads, and never responds. Returns its URL. */
  async silentServer(): Promise<string> {
    const { port } = await this.#listen(createTcpServer(socket => socket.resume()) as Server, 0);
    return `http://127.0.0.1:${port}/v1/traces`;
  }

  /** Starts the application. */
  app(plan: Plan, options: { readonly uid?: number; readonly shell?: string } = {}): Running {
    const { uid, shell } = options;
    const args = [bundle('app'), JSON.stringify(plan)];
    // The shell sets limits and then replaces itself with the application.
    return shell === undefined
      ? this.run(process.execPath, args, { uid })
      : this.run('sh', ['-c', `${shell}; exec "$0" "$@"`, process.execPath, ...args], { uid });
  }

  /** Starts a host on which no connection completes: a stopped process with a full backlog. Returns its URL. */
  async unconnectableServer(): Promise<string> {
    const { child, port } = await this.receiverProcess('/dev/null', 0, 1);
    child.kill('SIGSTOP');
    for (let waiting = 0; waiting < 20; waiting++) {
      const socket = connect(port, '127.0.0.1');
      this.onCleanUp(() => socket.destroy());
      socket.on('error', () => undefined);
      const connected = await Promise.race([
        once(socket, 'connect').then(() => true),
        // Only time shows that a connection never completes. Loopback takes well under a millisecond. The sockets are
        // polled once more, because a busy machine may run the timer first.
        new Promise<false>(resolve => setTimeout(() => setImmediate(() => resolve(false)), 300)),
      ]);
      if (!connected) return `http://127.0.0.1:${port}/v1/traces`;
    }
    throw new Error('the backlog accepts more than twenty connections');
  }

  /** Starts a receiver in a separate process. */
  async receiverProcess(file: string, port = 0, backlog = 511): Promise<Running & { readonly port: number }> {
    const args = [bundle('receiver'), String(port || (await freePort())), file, String(backlog)];
    const running = this.run(process.execPath, args);
    const [, taken] = await running.waitForOutput(/^listening (\d+)$/m);
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
    const checkAll = (): void => {
      for (const check of waiting) check();
    };
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString())).on('data', checkAll);
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString())).on('data', checkAll);
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
      stats: readStats(stdout),
    }));
    const waitForOutput = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match === null) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
        const createError = (): Error =>
          new Error(`it ended without the output ${pattern}:\n${stdout}${stderr}`);
        ended.then(() => reject(createError()), reject);
      });
    const started = async (): Promise<void> => {
      await waitForOutput(/\n/);
    };
    return { child, ended, started, waitForOutput };
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

/** Reads the span names that a receiver process has written. */
export function readNames(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

/** Reads a mark of the application: milliseconds since its start, and the idle time of its event loop until then. */
export function readMark(stdout: string, name: string): { readonly atMs: number; readonly idleMs: number } {
  const [, at, idle] = new RegExp(`^${name} ([\\d.]+) ([\\d.]+)$`, 'm').exec(stdout) ?? [];
  return { atMs: Number(at), idleMs: Number(idle) };
}

function readStats(stdout: string): ExporterStats | undefined {
  const [, json] = /^stats (.*)$/m.exec(stdout) ?? [];
  return json === undefined ? undefined : (JSON.parse(json) as ExporterStats);
}

/** Bundles a program of this folder, which starts ten times faster than with a loader. */
function bundle(name: 'app' | 'receiver'): string {
  const existing = bundles.get(name);
  if (existing !== undefined) return existing;
  const directory = mkdtempSync(join(tmpdir(), 'trace-bundle-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, `${name}.cjs`);
  buildSync({
    entryPoints: [toPath(`${name}.mts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  // Readable for processes of other users.
  chmodSync(directory, 0o755);
  bundles.set(name, outfile);
  return outfile;
}
