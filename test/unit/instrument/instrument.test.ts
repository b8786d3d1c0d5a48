import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDiagnostics } from '../../../src/core/diagnostics.js';
import { selectInstrumentations } from '../../../src/instrument/select-instrumentations.js';
import { readModuleDefinitions } from '../../../src/instrument/module-definitions.js';
import { instrument } from '../../../src/instrument/instrument.js';
import type { ActiveInstrumentations, InstrumentOption } from '../../../src/instrument/types.js';
import { fakeApp, fakeInstrumentation } from '../../support/fake-app.js';

const SCOPE = 'node_modules/@opentelemetry';

interface Attempt extends ActiveInstrumentations {
  readonly said: string[];
  readonly tracerProvider: TracerProvider;
}

function attempt(option: InstrumentOption, files: Readonly<Record<string, string>> = {}): Attempt {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const diagnostics = createDiagnostics({ logger: { error: say, warn: say, info: say, debug: say } });
  const tracerProvider = new BasicTracerProvider();
  const result = instrument(option, { tracerProvider, diagnostics, directories: [fakeApp(files)] });
  onTestFinished(() => result.disable());
  return { ...result, said, tracerProvider };
}

class Recorded implements Instrumentation {
  instrumentationName = '@acme/recorded';
  instrumentationVersion = '1.0.0';
  readonly calls: string[] = [];
  provider: TracerProvider | undefined;
  config: { enabled?: boolean } = { enabled: false };
  enable(): void {
    this.calls.push('enable');
  }
  disable(): void {
    this.calls.push('disable');
  }
  setTracerProvider(provider: TracerProvider): void {
    this.calls.push('setTracerProvider');
    this.provider = provider;
  }
  setMeterProvider(): void {}
  setConfig(): void {}
  getConfig(): { enabled?: boolean } {
    return this.config;
  }
}

describe('instrument', () => {
  it('switches http and fetch on, silently, and off again', () => {
    const original = http.request;
    const { names, said, disable } = attempt(['http', 'fetch']);
    expect(names).toEqual(['http', 'fetch']);
    expect(said).toEqual([]);
    expect(http.request).not.toBe(original);
    disable();
    expect(http.request).toBe(original);
  });

  it('makes no new instrumentation at each start: hooks into require() hold every one for good', async () => {
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
      const diagnostics = createDiagnostics({ logger: console, level: 'none' });
      const { disable } = instrument(['http', 'fetch'], { tracerProvider, diagnostics, directories: [] });
      const response = await new Promise<http.IncomingMessage>(resolve =>
        http.get({ port, host: '127.0.0.1', agent: false }, resolve),
      );
      await once(response.resume(), 'close');
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      await answer.text();
      disable();
      scopes.push(ended.map(span => span.instrumentationScope.name).sort());
    }
    expect(scopes).toEqual([scopes[0], scopes[0], scopes[0]]);
    expect(scopes[0]).toContain('@opentelemetry/instrumentation-http');
    expect(scopes[0]).toContain('@opentelemetry/instrumentation-undici');
    const context = {
      diagnostics: createDiagnostics({ logger: console, level: 'none' }),
      directories: [],
    };
    const made = [0, 1].map(() => {
      const chosen = selectInstrumentations(['http', 'fetch'], context).map(({ instrumentation }) => instrumentation);
      for (const each of chosen) each.disable();
      return chosen;
    });
    expect(readModuleDefinitions(made[0]?.[0] as Instrumentation)[0]).toBe(
      readModuleDefinitions(made[1]?.[0] as Instrumentation)[0],
    );
    expect(made[0]?.[1]).toBe(made[1]?.[1]);
  });

  it('does nothing at all for false and for an empty list', () => {
    expect(attempt(false).names).toEqual([]);
    expect(attempt([]).names).toEqual([]);
  });

  it('finds an instrumentation of the application by its short name', () => {
    const { names, said } = attempt(['redis'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', []),
    });
    expect(names).toEqual(['redis']);
    expect(said).toEqual([]);
  });

  it('names the install command for one that is missing, and goes on with the rest', () => {
    const { names, said } = attempt(['pg', 'http']);
    expect(names).toEqual(['http']);
    expect(said).toEqual([
      "instrument: 'pg' needs a package that is not installed: npm install @opentelemetry/instrumentation-pg",
    ]);
  });

  it('suggests the nearest name for one that nobody knows', () => {
    const { said } = attempt(['expres']);
    expect(said).toEqual(["instrument: there is no 'expres'. Did you mean 'express'?"]);
  });

  it('survives a package that breaks while it loads', () => {
    const { names, said } = attempt(['redis', 'http'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: "throw new Error('broken on load');",
    });
    expect(names).toEqual(['http']);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('redis');
    expect(said[0]).toContain('broken on load');
  });

  it('says when a package exports no instrumentation', () => {
    const { names, said } = attempt(['redis'], {
      [`${SCOPE}/instrumentation-redis/index.js`]: 'exports.x = 1;',
    });
    expect(names).toEqual([]);
    expect(said[0]).toContain('@opentelemetry/instrumentation-redis exports no instrumentation');
  });

  it('registers an instrumentation object as it is', () => {
    const mine = new Recorded();
    const { names, said, tracerProvider, disable } = attempt([mine]);
    expect(names).toEqual(['@acme/recorded']);
    expect(mine.provider).toBe(tracerProvider);
    expect(mine.calls).toEqual(['setTracerProvider', 'enable']);
    disable();
    expect(mine.calls).toEqual(['setTracerProvider', 'enable', 'disable']);
    expect(said).toEqual([]);
  });

  it('does not enable twice what enabled itself', () => {
    const mine = new Recorded();
    mine.config = { enabled: true };
    attempt([mine]);
    expect(mine.calls).toEqual(['setTracerProvider']);
  });

  it('lets an object win over its name', () => {
    const mine = new Recorded();
    mine.instrumentationName = '@opentelemetry/instrumentation-http';
    const { names } = attempt(['http', mine, 'https']);
    expect(names).toEqual(['http']);
    expect(mine.calls).toContain('enable');
  });

  it('survives an object that throws, or is no instrumentation at all', () => {
    const broken = new Recorded();
    broken.enable = () => {
      throw new Error('cannot be enabled');
    };
    const { names, said } = attempt([broken, {} as Instrumentation, 'http']);
    expect(names).toEqual(['http']);
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('cannot be enabled');
    expect(said[1]).toContain('a nameless instrumentation');
  });

  it('names packages that were loaded too early in one warning', () => {
    const files = {
      [`${SCOPE}/instrumentation-pg/index.js`]: fakeInstrumentation('p', 'PgInstrumentation', ['early-pg']),
      [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', [
        'early-redis',
        'late-redis',
      ]),
      'node_modules/early-pg/index.js': '',
      'node_modules/early-redis/index.js': '',
    };
    const loaded = fakeApp(files);
    const require = createRequire(join(loaded, 'noop.js'));
    for (const name of ['early-pg', 'early-redis']) require(name);
    const { names, said } = attempt(['pg', 'redis'], files);
    expect(names).toEqual(['pg', 'redis']);
    const early = said.filter(message => message.includes('loaded before init()'));
    expect(early).toHaveLength(1);
    expect(early[0]).toContain('early-pg, early-redis.');
    expect(early[0]).toContain('node --import @do/trace/register');
  });

  it.each([[true], ['auto']] as const)(
    'with %j takes what the application has installed and can use',
    option => {
      const { names, said } = attempt(option, {
        [`${SCOPE}/instrumentation-redis/index.js`]: fakeInstrumentation('r', 'RedisInstrumentation', [
          'redis-x',
        ]),
        [`${SCOPE}/instrumentation-pg/index.js`]: fakeInstrumentation('p', 'PgInstrumentation', ['pg-x']),
        [`${SCOPE}/instrumentation-fs/index.js`]: fakeInstrumentation('f', 'FsInstrumentation', ['fs']),
        'node_modules/redis-x/index.js': '',
      });
      expect(names).toEqual(['http', 'fetch', 'redis']);
      // Fakes have no loader hook to listen to; a real package brings one.
      expect(said.filter(message => !message.includes('packages that are imported'))).toEqual([]);
    },
  );

  it("takes 'auto' among names and objects too", () => {
    const mine = new Recorded();
    expect(attempt(['auto', mine]).names).toEqual(['@acme/recorded', 'http', 'fetch']);
  });
});
