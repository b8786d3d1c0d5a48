import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { instrument } from '../../../src/instrument/instrument.js';
import type { ActiveInstrumentations, InstrumentOption } from '../../../src/instrument/types.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { fakeApp, fakeInstrumentation } from '../../support/fake-app.js';
import { RecordingInstrumentation } from '../../support/fake-instrumentation.js';

const SCOPE = 'node_modules/@opentelemetry';

interface Attempt extends ActiveInstrumentations {
  readonly captured: CapturedDiagnostic[];
  readonly tracerProvider: TracerProvider;
}

/** Enables instrumentations for an application with these files, until the end of the test. */
function enable(option: InstrumentOption, files: Readonly<Record<string, string>> = {}): Attempt {
  const { diagnostics, captured } = collectDiagnostics();
  const tracerProvider = new BasicTracerProvider();
  const active = instrument(option, { tracerProvider, diagnostics, directories: [fakeApp(files)] });
  onTestFinished(() => active.disable());
  return { ...active, captured, tracerProvider };
}

describe('instrument', () => {
  it('enables and disables http and fetch without a message', () => {
    const original = http.request;
    const { names, captured, disable } = enable(['http', 'fetch']);
    expect(names).toEqual(['http', 'fetch']);
    expect(captured).toEqual([]);
    expect(http.request).not.toBe(original);
    disable();
    expect(http.request).toBe(original);
  });

  it('creates the same spans at each of several starts', async () => {
    const server = http.createServer((_request, response) => response.end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const scopes: (string | undefined)[][] = [];
    for (let start = 0; start < 3; start++) {
      const ended: ReadableSpan[] = [];
      const tracerProvider = new BasicTracerProvider({
        spanProcessors: [
          {
            onStart() {},
            onEnd: span => void ended.push(span),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
      });
      const { diagnostics } = collectDiagnostics();
      const { disable } = instrument(['http', 'fetch'], { tracerProvider, diagnostics, directories: [] });
      const response = await new Promise<http.IncomingMessage>(resolve =>
        http.get({ port, host: '127.0.0.1', agent: false }, resolve),
      );
      await once(response.resume(), 'close');
      const fetched = await fetch(`http://127.0.0.1:${port}/`);
      await fetched.text();
      disable();
      scopes.push(ended.map(span => span.instrumentationScope.name).sort());
    }
    expect(scopes).toEqual([scopes[0], scopes[0], scopes[0]]);
    expect(scopes[0]).toContain('@opentelemetry/instrumentation-http');
    expect(scopes[0]).toContain('@opentelemetry/instrumentation-undici');
  });

  it('does nothing for false and for an empty list', () => {
    for (const option of [false, []]) {
      const { names, captured, disable } = enable(option);
      expect([names, captured]).toEqual([[], []]);
      disable();
    }
  });

  it('connects an instrumentation object to the provider, enables it, and disables it', () => {
    const mine = new RecordingInstrumentation();
    const { names, captured, tracerProvider, disable } = enable([mine]);
    expect(names).toEqual(['@acme/recorded']);
    expect(mine.provider).toBe(tracerProvider);
    expect(mine.calls).toEqual(['setTracerProvider', 'enable']);
    disable();
    expect(mine.calls).toEqual(['setTracerProvider', 'enable', 'disable']);
    disable();
    expect(mine.calls).toEqual(['setTracerProvider', 'enable', 'disable']);
    expect(captured).toEqual([]);
  });

  it('does not enable an instrumentation that is enabled already', () => {
    const mine = new RecordingInstrumentation();
    mine.config = { enabled: true };
    enable([mine]);
    expect(mine.calls).toEqual(['setTracerProvider']);
  });

  it('prefers isEnabled() to the configuration', () => {
    const mine = Object.assign(new RecordingInstrumentation(), { isEnabled: () => true });
    enable([mine]);
    expect(mine.calls).toEqual(['setTracerProvider']);
  });

  it('disables and reports an instrumentation that throws, and a value that is not one', () => {
    const broken = new RecordingInstrumentation();
    broken.enable = () => {
      throw new Error('cannot be enabled');
    };
    const { names, captured } = enable([broken, {} as Instrumentation, 'http']);
    expect(names).toEqual(['http']);
    expect(broken.calls).toEqual(['setTracerProvider', 'disable']);
    expect(captured).toMatchObject([
      { level: 'warn', code: 'instrumentation_failed', source: 'instrument' },
      { level: 'warn', code: 'instrumentation_failed', source: 'instrument' },
    ]);
    expect(captured[0]?.message).toBe(
      "the instrumentation '@acme/recorded' could not be enabled: Error: cannot be enabled",
    );
    expect(captured[1]?.message).toContain("the instrumentation 'unnamed' could not be enabled");
  });

  it('reports an instrumentation that throws while it is disabled, and disables the others', () => {
    const broken = new RecordingInstrumentation();
    broken.disable = () => {
      throw new Error('cannot be disabled');
    };
    const other = new RecordingInstrumentation();
    other.instrumentationName = '@acme/other';
    const { captured, disable } = enable([broken, other]);
    disable();
    expect(other.calls).toEqual(['setTracerProvider', 'enable', 'disable']);
    expect(captured).toMatchObject([
      { code: 'instrumentation_failed', message: expect.stringContaining('cannot be disabled') as string },
    ]);
  });

  it('reports packages that were loaded before it in one warning', () => {
    const files = {
      [`${SCOPE}/instrumentation-pg/index.js`]: fakeInstrumentation('p', 'PgInstrumentation', ['early-pg']),
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', [
        'early-redis',
        'late-redis',
      ]),
      'node_modules/early-pg/index.js': '',
      'node_modules/early-redis/index.js': '',
    };
    const require = createRequire(join(fakeApp(files), 'noop.js'));
    for (const name of ['early-pg', 'early-redis']) require(name);
    const { names, captured } = enable(['pg', 'redis'], files);
    expect(names).toEqual(['pg', 'redis']);
    const early = captured.filter(({ code }) => code === 'module_loaded_too_early');
    expect(early).toHaveLength(1);
    expect(early[0]).toMatchObject({ level: 'warn', source: 'instrument' });
    expect(early[0]?.message).toMatch(/: early-pg, early-redis$/);
    expect(early[0]?.fix).toContain('node --import @do/trace/register');
  });

  it('reports a package of an instrumentation whose loader hook cannot be found', () => {
    const source = fakeInstrumentation('r', 'RedisInstrumentation', ['redis-x']);
    const { names, captured } = enable(['redis'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: source,
    });
    expect(names).toEqual(['redis']);
    expect(captured).toMatchObject([{ level: 'warn', code: 'esm_hook_failed', source: 'instrument' }]);
    expect(captured[0]?.message).toContain('@opentelemetry/instrumentation');
  });
});
