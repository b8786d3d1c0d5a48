import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { createFakeCliProcess, type FakeCliOptions } from '../../support/fake-cli-process.js';
import { spanIdOf, TRACE_ID } from '../../support/flat-spans.js';
import { readFixture, requestWithSpan } from '../../support/otlp-requests.js';

const post = (url: string): Promise<Response> =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: readFixture('official-example-trace.json'),
  });

/** Starts the command on a free port. */
async function startView(options: FakeCliOptions = {}, ...argv: string[]) {
  const cli = createFakeCliProcess(options);
  const status = run(['view', '--port', '0', ...argv], cli);
  await cli.waitForOutput('listening on');
  const [url = ''] = /http:\/\/[^/ ]+:\d+/.exec(cli.err()) ?? [];
  return { cli, status, url };
}

const postSpan = (url: string, span: object): Promise<Response> =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestWithSpan(span)),
  });

describe('trace view', () => {
  test('prints its address and each finished trace, and ends with status 0 on Ctrl-C', async () => {
    const cli = createFakeCliProcess();
    const status = run(['view', '--port', '0'], cli);
    await cli.waitForOutput('listening on');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(cli.err())?.[0] ?? '';
    await post(url);
    cli.interrupt();
    expect(await status).toBe(0);
    expect(cli.out()).toContain(`trace ${TRACE_ID}`);
    expect(cli.out()).toContain("my.service I'm a server span");
    expect(cli.err()).toContain('ended: 1 span received');
    await expect(post(url)).rejects.toThrow();
  });

  test('--json: prints the address first, then one trace on each line', async () => {
    const cli = createFakeCliProcess();
    const status = run(['view', '--port=0', '--json', '--max-bytes', '1MiB'], cli);
    await cli.waitForOutput('listening on');
    const [first = ''] = cli.out().split('\n');
    await post((JSON.parse(first) as { listening: string }).listening);
    cli.interrupt();
    expect(await status).toBe(0);
    const lines = cli
      .out()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { schema: 1, listening: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string },
      { schema: 1, traceId: TRACE_ID, revision: 1, complete: false, spans: [{ name: "I'm a server span" }] },
    ]);
  });

  test('a finished trace is printed without Ctrl-C', async () => {
    const cli = createFakeCliProcess();
    const status = run(['view', '--port', '0', '--quiet-ms', '0', '--json'], cli);
    await cli.waitForOutput('listening on');
    const { listening } = JSON.parse(cli.out()) as { listening: string };
    const root = { traceId: TRACE_ID, spanId: '00000000000000aa', name: 'whole' };
    await fetch(`${listening}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [root] }] }] }),
    });
    await cli.waitForOutput('"complete":true');
    cli.interrupt();
    expect(await status).toBe(0);
  });

  test.each<[string, FakeCliOptions, boolean]>([
    ['a terminal', { isTTY: true }, true],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['a pipe', {}, false],
    ['a pipe with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, true],
  ])('colour for %s, in the width of the terminal', async (_, options, colored) => {
    const cli = createFakeCliProcess({ ...options, columns: 60 });
    const status = run(['view', '--port', '0'], cli);
    await cli.waitForOutput('listening on');
    await post(/http:\/\/127\.0\.0\.1:\d+/.exec(cli.err())?.[0] ?? '');
    cli.interrupt();
    await status;
    expect(cli.out().includes('\u001B[')).toBe(colored);
    const widest = Math.max(
      ...cli
        .out()
        .replaceAll(/\p{Cc}\[\d+m/gu, '')
        .split('\n')
        .map(line => line.length),
    );
    expect(widest).toBeLessThanOrEqual(60);
  });

  test('each kind of rejected request is reported once, with the code', async () => {
    const cli = createFakeCliProcess();
    const status = run(['view', '--port', '0'], cli);
    await cli.waitForOutput('listening on');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(cli.err())?.[0] ?? '';
    for (let times = 0; times < 3; times++) await fetch(`${url}/nothing`);
    cli.interrupt();
    await status;
    expect(
      cli.err().match(/rejected a request with status 404\..*\[incoming_request_rejected\]$/gm),
    ).toHaveLength(1);
  });

  test('a port in use: status 1, the port and the fix', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const cli = createFakeCliProcess();
      expect(await run(['view', '--port', String(port)], cli)).toBe(1);
      expect(cli.err()).toContain(`Port ${port} on 127.0.0.1 is in use`);
      expect(cli.err()).toContain('--port');
    } finally {
      other.close();
    }
  });

  test('a trace of which more spans arrive is printed again, with its revision', async () => {
    const { cli, status, url } = await startView({}, '--quiet-ms', '0');
    await postSpan(url, { name: 'first' });
    await cli.waitForOutput('first');
    await postSpan(url, { spanId: spanIdOf(2), parentSpanId: spanIdOf(1), name: 'second' });
    await cli.waitForOutput('second');
    cli.interrupt();
    expect(await status).toBe(0);
    expect(cli.out()).toContain('more spans of an earlier trace (revision 2):\n');
  });

  test('the end names the spans that did not fit into memory', async () => {
    const { cli, status, url } = await startView({}, '--max-bytes', '1000');
    await postSpan(url, { name: 'first' });
    await postSpan(url, { spanId: spanIdOf(2), name: 'second' });
    cli.interrupt();
    await status;
    expect(cli.err()).toContain(
      'ended: 2 spans received, 1 trace in memory; 0 traces and 1 span did not fit into memory (--max-bytes)\n',
    );
  });

  test('an address that other machines can reach causes a warning', async () => {
    const { cli, status } = await startView({}, '--host', '0.0.0.0');
    cli.interrupt();
    await status;
    expect(cli.err()).toContain('warning: other machines can reach this address');
  });

  test('JSON lines hold no C1 controls, which some terminals interpret', async () => {
    const { cli, status, url } = await startView({}, '--json');
    await postSpan(url, { name: 'a\u009b31mb\u2028' });
    cli.interrupt();
    await status;
    expect(cli.out()).not.toMatch(/[\u007f-\u009f\u2028]/);
    const [, line = ''] = cli.out().split('\n');
    expect(JSON.parse(line)).toMatchObject({ name: 'a\u009b31mb\u2028' });
  });

  test('control characters of a rejected request are escaped', async () => {
    const { cli, status, url } = await startView();
    await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceSpans": \u001b[2J',
    });
    cli.interrupt();
    await status;
    expect(cli.err()).toContain('rejected a request with status 400');
    expect(cli.err()).not.toContain('\u001b');
  });
});
