import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { instrument } from '../../../src/instrument/instrument.js';
import type {
  ActiveInstrumentations,
  Instrumentation,
  InstrumentOption,
} from '../../../src/instrument/types.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';
import { fakeApp, fakeInstrumentation } from '../../support/fake-app.js';
import { RecordingInstrumentation } from '../../support/fake-instrumentation.js';

const SCOPE = 'node_modules/@opentelemetry';

interface Attempt extends ActiveInstrumentations {
  readonly captured: CapturedDiagnostic[];
  readonly tracerProvider: TracerProvider;
}

/** The option that enables no instrumentation of this package. */
const NONE = { http: false, fetch: false };

/** Enables instrumentations for an application with these files, until the end of the test. */
function enable(
  option: InstrumentOption,
  files: Readonly<Record<string, string>> = {},
  instrumentations: readonly Instrumentation[] = [],
): Attempt {
  const { diagnostics, captured } = collectDiagnostics();
  const tracerProvider = new BasicTracerProvider();
  const directories = [fakeApp(files)];
  const active = instrument(option, { tracerProvider, diagnostics, instrumentations, directories });
  onTestFinished(() => active.disable());
  return { ...active, captured, tracerProvider };
}

/** Enables instrumentation objects only. */
function enableObjects(...instrumentations: readonly Instrumentation[]): Attempt {
  return enable(NONE, {}, instrumentations);
}

describe('instrument', () => {
  it('enables and disables http and fetch without a message, and leaves the exports of node:http alone', () => {
    const exports = { ...http };
    const isPatched = (): boolean => Object.hasOwn(http.ClientRequest.prototype, '_storeHeader');
    const { names, captured, disable } = enable({});
    expect(names).toEqual(['http', 'fetch']);
    expect(captured).toEqual([]);
    expect(isPatched()).toBe(true);
    expect(channel('undici:request:create').hasSubscribers).toBe(true);
    expect({ ...http }).toEqual(exports);
    disable();
    expect(isPatched()).toBe(false);
    expect(channel('undici:request:create').hasSubscribers).toBe(false);
  });

  it('leaves out an instrumentation that another copy of this package owns, with an info message', () => {
    enable({});
    const { names, captured } = enable({});
    expect(names).toEqual([]);
    expect(captured).toMatchObject([
      { level: 'info', code: 'instrumentation_present', source: 'instrument.http' },
      { level: 'info', code: 'instrumentation_present', source: 'instrument.fetch' },
    ]);
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
      const { disable } = instrument({}, { tracerProvider, diagnostics, directories: [] });
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
    expect(scopes[0]).toContain('@do/trace/node-http');
    expect(scopes[0]).toContain('@do/trace/fetch');
  });

  it('does nothing for false and without a name that is on', () => {
    for (const option of [false, NONE] as const) {
      const { names, captured, disable } = enable(option);
      expect([names, captured]).toEqual([[], []]);
      disable();
    }
  });

  it('connects an instrumentation object to the provider, enables it, and disables it', () => {
    const mine = new RecordingInstrumentation();
    const { names, captured, tracerProvider, disable } = enableObjects(mine);
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
    enableObjects(mine);
    expect(mine.calls).toEqual(['setTracerProvider']);
  });

  it('prefers isEnabled() to the configuration', () => {
    const mine = Object.assign(new RecordingInstrumentation(), { isEnabled: () => true });
    enableObjects(mine);
    expect(mine.calls).toEqual(['setTracerProvider']);
  });

  it('disables and reports an instrumentation that throws, and a value that is not one', () => {
    const broken = new RecordingInstrumentation();
    broken.enable = () => {
      throw new Error('cannot be enabled');
    };
    const { names, captured } = enable({ fetch: false }, {}, [broken, {} as Instrumentation]);
    expect(names).toEqual(['http']);
    expect(broken.calls).toEqual(['setTracerProvider', 'disable']);
    expect(captured).toMatchObject([
      { level: 'warn', code: 'instrumentation_failed', source: 'instrument.@acme/recorded' },
      { level: 'warn', code: 'instrumentation_failed', source: 'instrument.unnamed' },
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
    const { captured, disable } = enableObjects(broken, other);
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
    const { names, captured } = enable({ ...NONE, pg: true, redis: true }, files);
    expect(names).toEqual(['pg', 'redis']);
    const early = captured.filter(({ code }) => code === 'module_loaded_too_early');
    expect(early).toHaveLength(1);
    expect(early[0]).toMatchObject({ level: 'warn', source: 'instrument' });
    expect(early[0]?.message).toMatch(/: early-pg, early-redis$/);
    expect(early[0]?.fix).toContain('node --import @do/trace/register');
  });

  it('reports a package of an instrumentation whose loader hook cannot be found', () => {
    const source = fakeInstrumentation('r', 'RedisInstrumentation', ['redis-x']);
    const { names, captured } = enable(
      { ...NONE, redis: true },
      {
        [`${SCOPE}/instrumentation-redis/index.js`]: source,
      },
    );
    expect(names).toEqual(['redis']);
    expect(captured).toMatchObject([{ level: 'warn', code: 'esm_hook_failed', source: 'instrument' }]);
    expect(captured[0]?.message).toContain('@opentelemetry/instrumentation');
  });
});
