// One recipe of docs/recipes.md under test: its block, and a receiver on the loopback for the spans.

import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { readTraces, type SpanNode } from '../../../src/analysis/index.js';
import { init, trace } from '../../../src/index.js';
import { declaredNames, runBlock } from './run-block.js';

/** A span as the receiver has it. */
export type ReceivedSpan = SpanNode & { readonly traceId: string };

/** A recipe under test. */
export interface Recipe {
  /** Runs the block with the values of the names that it declares. Calls `init()` before, if the block does not. */
  run<Exports = unknown>(declared?: Readonly<Record<string, unknown>>): Promise<Exports>;
  /** Runs the block without an `init()` of the test. */
  runAlone<Exports = unknown>(declared?: Readonly<Record<string, unknown>>): Promise<Exports>;
  /** Flushes, and returns all received spans, in the order of their starts within a trace. */
  spans(): Promise<readonly ReceivedSpan[]>;
  /** Flushes, and returns the names of all received spans, each after the names of its parents: `a > b`. */
  paths(): Promise<readonly string[]>;
  /** Serves requests until the end of the test. Returns the port. */
  serve(listener: RequestListener | Server): Promise<number>;
}

/** Checks the effect of a recipe. */
export type Check = (recipe: Recipe) => Promise<void>;

/**
 * Runs a check with a receiver, to which the `otlp` exporter and others send by their default.
 *
 * @param code the block
 * @param check the check
 */
export async function checkRecipe(code: string, check: Check): Promise<void> {
  const requests: Buffer[] = [];
  const servers: Server[] = [];
  const serve = async (listener: RequestListener | Server): Promise<number> => {
    const server = typeof listener === 'function' ? createServer(listener) : listener;
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, resolve));
    return (server.address() as AddressInfo).port;
  };
  const port = await serve(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    requests.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    response.end();
  });
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
  process.env['OTEL_LOG_LEVEL'] = 'none';
  const spans = async (): Promise<readonly ReceivedSpan[]> => {
    await trace.flush();
    // Concatenated requests are one request in protobuf.
    if (requests.length === 0) return [];
    const traces = readTraces(Buffer.concat(requests));
    const spans = traces.flatMap(({ traceId, spans }) => spans.map(span => ({ ...span, traceId })));
    // The receiver is in the same process, so its own requests are traced.
    return spans.filter(({ attributes }) => attributes['url.path'] !== '/v1/traces');
  };
  const runAlone: Recipe['runAlone'] = async (declared = {}) => {
    assert.deepEqual(Object.keys(declared).toSorted(), declaredNames(code).toSorted());
    return (await runBlock(code, declared)) as never;
  };
  try {
    await check({
      runAlone,
      run: declared => {
        if (!/\binit\(/.test(code)) init({ service: 'shop', exitHandlers: false });
        return runAlone(declared);
      },
      spans,
      paths: async () => (await spans()).map(pathOf),
      serve,
    });
  } finally {
    await trace.shutdown();
    for (const server of servers) server.close().closeAllConnections();
  }
}

function pathOf(span: SpanNode): string {
  return span.parent === undefined ? span.name : `${pathOf(span.parent)} > ${span.name}`;
}

/** Requests a URL as another process would: without a span and headers of this process. Returns the response with its body. */
export async function requestFromOutside(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ readonly text: string; readonly headers: Headers }> {
  const response = await trace.suppress(() => fetch(url, { headers }));
  return { text: await response.text(), headers: response.headers };
}
