// The exporter that docs/writing-an-exporter.md shows is a program: it has 30 lines and passes the contract.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { memory } from '@do/trace/exporters';
import { exporterContract } from '@do/trace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines } from './json-lines-exporter.js';
import { blocksOf } from './markdown.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

describe('the exporter of the guide', () => {
  const program = read('./json-lines-exporter.ts').trimEnd();

  it('is the one that is tested here, in 30 lines', () => {
    const shown = blocksOf(read('../../docs/writing-an-exporter.md')).map(({ code }) => code);
    expect(shown).toContain(program);
    expect(program.split('\n').filter(line => line !== '').length).toBeLessThanOrEqual(30);
  });

  const names: string[] = [];
  let server: Server;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      names.push(...body.split('\n').map(line => String((JSON.parse(line) as { name: unknown }).name)));
      response.setHeader('connection', 'close').end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  it.each(
    exporterContract(() => jsonLines(url()), {
      received: () => names,
      down: () => jsonLines('http://127.0.0.1:9'),
    }),
  )('$name', ({ run }) => run());
});

describe('the checks as the guide calls them, with one exporter for all', () => {
  const recorded = memory();
  it.each(exporterContract(() => recorded, { received: () => recorded.spans.map(span => span.name) }))(
    '$name',
    ({ run }) => run(),
  );
});
