// Delivery in real processes that end in every way a process can end.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spanNames } from '../unit/delivery/spans.js';

const app = fileURLToPath(new URL('delivery-app.mts', import.meta.url));
const cleanups: (() => void)[] = [];
let received: string[] = [];
let spool = '';

beforeEach(() => {
  received = [];
  spool = mkdtempSync(join(tmpdir(), 'trace-spool-'));
  cleanups.push(() => rmSync(spool, { recursive: true, force: true }));
});

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** A receiver that remembers span names; `port` 0 takes a free one. */
async function receiver(port = 0): Promise<{ url: string; port: number; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(...spanNames(gunzipSync(Buffer.concat(chunks))));
      response.end();
    });
  });
  server.on('connection', socket => void sockets.add(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${taken}/v1/traces`, port: taken, server };
}

/** A server that accepts and never answers. */
async function silent(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

function start(plan: object): { child: ChildProcess; ended: Promise<Ended>; line: () => Promise<unknown> } {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', app, JSON.stringify({ spans: 100, ...plan })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
    tookMs: performance.now() - began,
  }));
  return { child, ended, line: () => once(child.stdout ?? child, 'data') };
}

describe('a process', () => {
  it('that finishes delivers everything and exits by itself', async () => {
    const { url } = await receiver();
    const { code, stderr } = await start({ endpoint: url, end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(received).toHaveLength(100);
  });

  it('that finishes before a backend that never answers ends within the limit, and says what was lost', async () => {
    const { code, stderr, tookMs } = await start({ endpoint: await silent(), end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/100 spans were lost at the end/);
    expect(tookMs).toBeLessThan(6_000);
  });

  it('is not kept alive after its last flush, though the backend never answers', async () => {
    const { code, stdout, tookMs } = await start({ endpoint: await silent(), end: 'flush' }).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/flushed/);
    // Half a second to start, three for the flush; a second flush at the end would make it six and more.
    expect(tookMs).toBeLessThan(5_500);
  });

  it('that calls process.exit() leaves its spans in the spool, and the next one sends them', async () => {
    const { url, port, server } = await receiver();
    server.close();
    const { code, stderr } = await start({ endpoint: url, spool, end: 'exit' }).ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/100 spans wait on disk/);
    await receiver(port);
    await start({ endpoint: url, spool, end: 'return', spans: 0 }).ended;
    expect(new Set(received).size).toBe(100);
    expect(received).toHaveLength(100);
    expect(readdirSync(spool, { recursive: true }).filter(name => String(name).endsWith('.spans'))).toEqual(
      [],
    );
  });

  it('that throws still shows its error, and leaves its spans in the spool', async () => {
    const { url } = await receiver();
    const { code, stderr } = await start({ endpoint: url, spool, end: 'throw' }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error: uncaught/);
    await start({ endpoint: url, spool, end: 'return', spans: 0 }).ended;
    expect(new Set(received).size).toBe(100);
  });

  it('that gets SIGTERM delivers everything and dies of the signal', async () => {
    const { url } = await receiver();
    const { child, ended, line } = start({ endpoint: url, end: 'run' });
    await line();
    child.kill('SIGTERM');
    const { signal, stdout } = await ended;
    expect(signal).toBe('SIGTERM');
    const made = Math.max(100, ...stdout.split('\n').map(text => Number.parseInt(text, 10) || 0));
    expect(received.length).toBeGreaterThanOrEqual(made);
  });

  it('that gets SIGTERM and has a handler of its own ends as the handler says', async () => {
    const { url } = await receiver();
    const { child, ended, line } = start({ endpoint: url, end: 'run', ownHandler: true });
    await line();
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(7);
    expect(stdout).toMatch(/own handler/);
    expect(received.length).toBeGreaterThanOrEqual(100);
  });

  it('that is killed at any moment loses at most the last second', async () => {
    const { url, port, server } = await receiver();
    server.close();
    for (let round = 0; round < 8; round++) {
      const { child, ended, line } = start({ endpoint: url, spool, end: 'run' });
      await line();
      setTimeout(() => child.kill('SIGKILL'), 1_200 + round * 137);
      const { stdout } = await ended;
      const lines = stdout
        .split('\n')
        .filter(text => /^\d+ \d+$/.test(text))
        .map(text => text.split(' ').map(Number) as [number, number]);
      const [, lastMs] = lines.at(-1) ?? [0, 0];
      const safe = Math.max(...lines.filter(([, at]) => at < lastMs - 1_100).map(([made]) => made), 0);
      const again = await receiver(port);
      received = [];
      await start({ endpoint: url, spool, end: 'return', spans: 0 }).ended;
      expect(new Set(received).size).toBe(received.length);
      expect(received.length).toBeGreaterThanOrEqual(safe);
      again.server.close();
      again.server.closeAllConnections();
    }
  }, 120_000);

  it('whose spool directory is a file says so once, and delivers all the same', async () => {
    const { url } = await receiver();
    const file = join(spool, 'file');
    writeFileSync(file, 'not a directory');
    const { code, stderr } = await start({ endpoint: url, spool: file, end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stderr.match(/cannot be used/g)).toHaveLength(1);
    expect(received).toHaveLength(100);
  });
});
