import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createBodyReader, RequestAbortedError } from '../../../src/receiver/body-reader.js';
import type { HttpError } from '../../../src/receiver/http-error.js';
import { readFixture } from '../../support/otlp-requests.js';
import { JSON_TYPE, useReceiver } from '../../support/receiver-harness.js';

const MAX_BODY = 20_000;
const official = readFixture('official-example-trace.json');
const harness = useReceiver(() => ({ maxBodyBytes: MAX_BODY }));

/** Resolves when a connection is closed. A reset is not an error, unlike for `once`. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise(resolve => socket.on('close', resolve));
}

test('a body of exactly the limit is accepted', async () => {
  const padded = official.padEnd(MAX_BODY);
  expect((await harness.postTraces(padded)).status).toBe(200);
  expect(
    (await harness.postTraces(gzipSync(padded), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status,
  ).toBe(200);
});

describe('clients that send no valid request', () => {
  test('a body that is cut off is discarded, and the receiver keeps running', async () => {
    const socket = connect(harness.receiver.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"res',
    );
    socket.destroy();
    expect((await harness.postTraces(official)).status).toBe(200);
  });

  test('bytes that are not HTTP are rejected, and the receiver keeps running', async () => {
    const socket = connect(harness.receiver.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.end('\u0016\u0003\u0001 this is TLS\r\n\r\n');
    await closed(socket);
    expect((await harness.postTraces(official)).status).toBe(200);
  });

  test('an endless body gets status 413, and the connection is closed', async () => {
    const socket = connect(harness.receiver.port, '127.0.0.1');
    const responses: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => responses.push(chunk));
    socket.on('error', () => {});
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n',
    );
    socket.write(' '.repeat(3 * MAX_BODY));
    await closed(socket);
    expect(Buffer.concat(responses).toString()).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
  });

  test('unfinished bodies are limited together: status 503, and a later attempt succeeds', async () => {
    const open = Array.from({ length: 4 }, () => {
      const request = httpRequest(`${harness.receiver.url}/v1/traces`, {
        method: 'POST',
        headers: { ...JSON_TYPE, 'content-length': MAX_BODY },
      });
      request.on('error', () => {});
      request.write(' '.repeat(MAX_BODY - 1));
      return request;
    });
    let response = await harness.postTraces(official);
    while (response.status === 200) response = await harness.postTraces(official);
    expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
    for (const request of open) request.destroy();
    while (response.status === 503) response = await harness.postTraces(official);
    expect(response.status).toBe(200);
  });
});

describe('the reader', () => {
  /** A request as the reader uses it: a stream of chunks. As in Node's server, it is not closed at the end of the body. */
  const createRequest = (): PassThrough & IncomingMessage => new PassThrough({ autoDestroy: false }) as never;

  test('returns the chunks as one body', async () => {
    const request = createRequest();
    const body = createBodyReader(10).read(request);
    request.write('abc');
    request.end('def');
    expect(Buffer.from(await body).toString()).toBe('abcdef');
  });

  test('frees the memory of each body, so that any number can be read one after the other', async () => {
    const bodies = createBodyReader(10);
    for (let number = 0; number < 20; number++) {
      const request = createRequest();
      const body = bodies.read(request);
      request.end('x'.repeat(number % 2 === 0 ? 10 : 11));
      const status = await body.then(
        () => 200,
        (error: HttpError) => error.status,
      );
      expect(status).toBe(number % 2 === 0 ? 200 : 413);
    }
  });

  test('frees the memory of a body when it exceeds the limit, before it has ended', async () => {
    const bodies = createBodyReader(10);
    for (let number = 0; number < 20; number++) {
      const request = createRequest();
      void bodies.read(request).catch(() => undefined);
      request.write('x'.repeat(10));
      request.write('x');
      await nextTurn();
    }
    const request = createRequest();
    const body = bodies.read(request);
    request.end('x'.repeat(10));
    expect(await body).toHaveLength(10);
  });

  test('frees the memory of a body whose connection breaks', async () => {
    const bodies = createBodyReader(10);
    for (let number = 0; number < 20; number++) {
      const request = createRequest();
      const body = bodies.read(request);
      request.write('x'.repeat(9));
      await nextTurn();
      expect(request.readableLength).toBe(0);
      request.destroy(number % 2 === 0 ? new Error('reset') : undefined);
      await expect(body).rejects.toBeInstanceOf(RequestAbortedError);
    }
    const request = createRequest();
    const body = bodies.read(request);
    request.end('x'.repeat(10));
    expect(await body).toHaveLength(10);
  });
});
