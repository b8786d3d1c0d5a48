import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/delivery/send/backoff.js';
import type { Batch } from '../../../src/delivery/batch/batch.js';
import { SpanBatcher } from '../../../src/delivery/batch/span-batcher.js';
import { type ExitProcess, installExitHandlers } from '../../../src/setup/exit-handlers.js';
import { proxyFor } from '../../../src/delivery/http/proxy.js';
import { readPartialSuccess } from '../../../src/delivery/otlp/export-response.js';
import { retryAfterMs } from '../../../src/delivery/http/retry-after.js';
import { splitBatch } from '../../../src/delivery/otlp/split-request.js';
import { crc32, slowCrc32 } from '../../../src/delivery/spool/segment.js';
import { spanNames } from '../../support/span-names.js';
import { decodeRequest, encodePartialSuccess, makeSpan, resource, scope } from '../../support/spans.js';
import { settle } from '../../support/delivery-fixture.js';

describe('backoffMs', () => {
  it('stays between 50 ms and the doubled base, and below 30 seconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const ms = backoffMs(failures, () => random);
          expect(ms).toBeGreaterThanOrEqual(50);
          expect(ms).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (failures - 1)));
        },
      ),
    );
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('Thu, 20 Nov 2025 22:00:00 GMT');
  it.each([
    ['0', 0],
    ['15', 15_000],
    [' 3 ', 3_000],
    ['999999999', 86_400_000],
    ['Thu, 20 Nov 2025 22:00:30 GMT', 30_000],
    ['Thursday, 20-Nov-25 22:00:30 GMT', 30_000],
    ['Thu, 20 Nov 2025 21:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  it('never throws and never answers less than nothing', () => {
    fc.assert(fc.property(fc.string(), text => (retryAfterMs(text, now) ?? 0) >= 0));
  });
});

describe('readPartialSuccess', () => {
  it('reads what protobuf and JSON say', () => {
    expect(readPartialSuccess(encodePartialSuccess(70_000, 'too old'), 'application/x-protobuf')).toEqual({
      rejected: 70_000,
      message: 'too old',
    });
    expect(
      readPartialSuccess(
        Buffer.from('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}'),
        'application/json',
      ),
    ).toEqual({ rejected: 3, message: 'no' });
    expect(readPartialSuccess(encodePartialSuccess(-5, ''), undefined)).toMatchObject({ message: '' });
  });

  it('takes what it cannot read for a full success, and never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('application/json', 'application/x-protobuf', undefined),
        (bytes, type) => {
          expect(readPartialSuccess(bytes, type).rejected).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('splitChunk', () => {
  it('keeps every span once, in order, with its resource and scope', () => {
    const scopes = [scope, { name: 'http', schemaUrl: 'https://example.test/1' }];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 40 }), picks => {
        const chunks: Batch[] = [];
        const collector = new SpanBatcher({
          maxBatchBytes: 1 << 20,
          intervalMs: 1,
          resource,
          timers: { after: () => () => undefined },
          onBatch: chunk => chunks.push(chunk),
        });
        picks.forEach((pick, i) =>
          collector.add(makeSpan({ name: `s${i}`, instrumentationScope: scopes[pick]! })),
        );
        collector.close();
        const [chunk] = chunks as [Batch];
        const halves = splitBatch(chunk)!;
        expect(halves[0].spanCount + halves[1].spanCount).toBe(chunk.spanCount);
        expect(halves.flatMap(half => spanNames(half.bytes))).toEqual(spanNames(chunk.bytes));
        for (const half of halves) {
          expect(spanNames(half.bytes)).toHaveLength(half.spanCount);
          const decoded = decodeRequest(half.bytes) as {
            resourceSpans: { resource: unknown; schemaUrl: string }[];
          };
          const whole = decodeRequest(chunk.bytes) as typeof decoded;
          expect(decoded.resourceSpans[0]!.resource).toEqual(whole.resourceSpans[0]!.resource);
          expect(decoded.resourceSpans[0]!.schemaUrl).toBe(whole.resourceSpans[0]!.schemaUrl);
        }
      }),
    );
  });

  it('answers undefined for bytes it cannot read, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => splitBatch({ bytes, spanCount: 4 }) === undefined),
    );
  });
});

describe('crc32', () => {
  it('is the same with and without the native one', () => {
    expect(slowCrc32(Buffer.from('123456789'), 0)).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, seed) => slowCrc32(bytes, seed) === crc32(bytes, seed)),
    );
  });
});

describe('proxyFor', () => {
  const http = new URL('http://collector.test:4318/v1/traces');
  const https = new URL('https://api.honeycomb.io/v1/traces');
  it.each([
    [http, {}, undefined],
    [http, { HTTP_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [http, { http_proxy: 'p:8080' }, 'http://p:8080/'],
    [http, { HTTPS_PROXY: 'http://p:8080' }, undefined],
    [http, { HTTP_PROXY: 'http://p:8080', REQUEST_METHOD: 'GET' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [https, { ALL_PROXY: 'http://p:8080' }, 'http://p:8080/'],
    [https, { HTTPS_PROXY: 'socks5://p:1080' }, undefined],
    [https, { HTTPS_PROXY: '::::' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: '*' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'honeycomb.io' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', no_proxy: 'localhost, .honeycomb.io' }, undefined],
    [https, { HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'neycomb.io' }, 'http://p:8080/'],
    [http, { HTTP_PROXY: 'http://p:8080', NO_PROXY: 'collector.test:4318' }, undefined],
    [http, { HTTP_PROXY: 'http://p:8080', NO_PROXY: 'collector.test:80' }, 'http://p:8080/'],
  ])('%s with %j goes through %s', (url, env, proxy) => {
    expect(proxyFor(url, env)?.href).toBe(proxy);
  });
});

describe('the exit handlers', () => {
  function world(idle = false): {
    process: FakeProcess;
    calls: string[];
    uninstall: () => void;
    finish: () => void;
  } {
    const process = new FakeProcess();
    const calls: string[] = [];
    let finish: () => void = () => undefined;
    const uninstall = installExitHandlers({
      process,
      isIdle: () => idle,
      rescue: () => void calls.push('rescue'),
      flush: () => {
        calls.push('flush');
        return new Promise<void>(resolve => (finish = resolve));
      },
    });
    return { process, calls, uninstall, finish: () => finish() };
  }

  it('flush when nothing is left to do, once', () => {
    const { process, calls } = world();
    process.emit('beforeExit');
    process.emit('beforeExit');
    expect(calls).toEqual(['flush']);
  });

  it('do nothing at the end when nothing waits', () => {
    const { process, calls } = world(true);
    process.emit('beforeExit');
    expect(calls).toEqual([]);
  });

  it('flush on SIGTERM, then let the signal have its effect', async () => {
    const { process, calls, finish } = world();
    process.emit('SIGTERM');
    expect(process.killed).toEqual([]);
    finish();
    await settle();
    expect(calls).toEqual(['flush', 'rescue']);
    expect(process.killed).toEqual(['SIGTERM']);
    expect(process.listeners('SIGTERM')).toHaveLength(0);
  });

  it('end at once when the signal comes a second time', () => {
    const { process, calls } = world();
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(calls).toEqual(['flush', 'rescue']);
    expect(process.killed).toEqual(['SIGINT']);
  });

  it("leave the decision to a user's own handler", async () => {
    const { process, calls, finish } = world();
    process.on('SIGTERM', () => undefined);
    process.emit('SIGTERM');
    finish();
    await settle();
    expect(calls).toEqual(['flush']);
    expect(process.killed).toEqual([]);
  });

  it('rescue on an uncaught error that nobody handles, and at exit', () => {
    const { process, calls } = world();
    process.emit('uncaughtExceptionMonitor');
    process.emit('exit');
    expect(calls).toEqual(['rescue', 'rescue']);
  });

  it('leave a process alone that handles its uncaught errors', () => {
    const { process, calls } = world();
    process.on('uncaughtException', () => undefined);
    process.emit('uncaughtExceptionMonitor');
    expect(calls).toEqual([]);
  });

  it('can be taken away', () => {
    const { process, uninstall } = world();
    uninstall();
    expect(process.count).toBe(0);
  });
});

class FakeProcess implements ExitProcess {
  readonly pid = 4711;
  readonly killed: string[] = [];
  readonly #listeners = new Map<string, (() => void)[]>();

  get count(): number {
    return [...this.#listeners.values()].reduce((sum, list) => sum + list.length, 0);
  }

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, [...this.listeners(event), listener]);
  }

  removeListener(event: string, listener: () => void): void {
    this.#listeners.set(
      event,
      this.listeners(event).filter(other => other !== listener),
    );
  }

  listeners(event: string): (() => void)[] {
    return this.#listeners.get(event) ?? [];
  }

  kill(_pid: number, signal: string): void {
    this.killed.push(signal);
  }

  emit(event: string): void {
    for (const listener of this.listeners(event)) listener();
  }
}
