// The `file` exporter and OTLP as JSON in real processes, for each way in which a process can end. Uses the built package.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTraces } from '../../src/analysis/index.js';

const app = fileURLToPath(new URL('file-app.mjs', import.meta.url));
let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function start(plan: Record<string, unknown>): { child: ChildProcess; stderr: () => string } {
  const child = spawn(process.execPath, [app, JSON.stringify({ path, prefix: 's', ...plan })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, stderr: () => stderr };
}

/** Returns the span names of all files. Fails if a file has an unreadable line. */
function readNames(): string[] {
  return readdirSync(directory).flatMap(name =>
    readTraces(readFileSync(join(directory, name), 'utf8')).flatMap(each =>
      each.spans.map(span => span.name),
    ),
  );
}

const expectedNames = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('the file exporter', () => {
  it.each([
    ['return', 0],
    ['exit', 3],
    ['throw', 1],
  ])('writes every span when the process ends by %s', async (end, code) => {
    const { child, stderr } = start({ spans: 5_000, end });
    const [status] = await once(child, 'close');
    expect(status).toBe(code);
    expect(readNames().sort()).toEqual(expectedNames('s', 5_000).sort());
    expect(stderr()).not.toContain('lost');
  });

  it('writes every span when the process receives SIGTERM', async () => {
    const { child } = start({ spans: 100, end: 'run' });
    const closed = once(child, 'close');
    // The process prints a line when it runs. If it exits instead, the assertions below fail.
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    child.kill('SIGTERM');
    const [, signal] = await closed;
    expect(signal).toBe('SIGTERM');
    expect(readNames().sort()).toEqual(expectedNames('s', 100).sort());
  });

  it('writes complete lines from four processes, and loses none while all of them rotate files', async () => {
    const prefixes = ['a', 'b', 'c', 'd'];
    const children = prefixes.map(prefix =>
      start({ prefix, spans: 3_000, flushEvery: 20, maxBytes: 64 * 1024, end: 'return' }),
    );
    const codes = await Promise.all(children.map(async ({ child }) => (await once(child, 'close'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readdirSync(directory).length).toBeGreaterThan(20);
    expect(readNames().sort()).toEqual(prefixes.flatMap(prefix => expectedNames(prefix, 3_000)).sort());
  });
});

describe('OTLP as JSON', () => {
  it('lets a finished process end although the backend never responds', async () => {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { child, stderr } = start({ endpoint, spans: 10, end: 'return' });
    const [status] = await once(child, 'close');
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(status).toBe(0);
    expect(stderr()).toMatch(/10 spans were lost at shutdown/);
  });
});
