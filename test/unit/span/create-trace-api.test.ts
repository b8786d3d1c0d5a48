import { trace as apiTrace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { SCOPE_NAME } from '../../../src/core/version.js';
import { trace } from '../../../src/span/trace.js';
import type { TraceApi } from '../../../src/span/trace-api.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

const scopes = (): (string | undefined)[][] | undefined =>
  tracing
    ?.spans()
    .map(({ name, instrumentationScope }) => [name, instrumentationScope.name, instrumentationScope.version]);

/** Starts one span with each function that starts spans. */
function startSpans(library: TraceApi): void {
  class Orders {
    total(): number {
      return 1;
    }
  }
  const descriptor = library.traced('traced')({}, 'total', { value: () => 1 });
  library.span('span', () => {});
  library.wrap('wrap', () => {})();
  library.wrapAll(new Orders()).total();
  descriptor.value?.();
  library.startSpan('startSpan').end();
  library.continue({}, 'continue', () => {});
}

const NAMES = ['span', 'wrap', 'Orders.total', 'traced', 'startSpan', 'continue'];

describe('scope', () => {
  it.each([
    ['our provider', startOwnTracing],
    ['a foreign provider', startForeignTracing],
  ])('starts all spans in the scope, on %s', (_, start) => {
    const library = trace.scope('@acme/orders', '1.4.2');
    startSpans(library);
    tracing = start();
    startSpans(library);
    expect(scopes()).toEqual(NAMES.map(name => [name, '@acme/orders', '1.4.2']));
    tracing.reset();
    startSpans(trace);
    expect(scopes()?.map(([, scope]) => scope)).toEqual(NAMES.map(() => SCOPE_NAME));
  });

  it('follows the provider from one init() to the next, and to a foreign one', async () => {
    const library = trace.scope('library');
    for (const start of [startOwnTracing, startForeignTracing, startOwnTracing]) {
      tracing = start();
      library.span('work', outer => {
        expect(trace.getActiveSpan()).toBe(outer);
        trace.span('inner', () => {});
      });
      expect(tracing.span('work').instrumentationScope.name).toBe('library');
      expect(tracing.span('inner').parentSpanContext?.spanId).toBe(tracing.span('work').spanContext().spanId);
      await tracing.stop();
      tracing = undefined;
    }
    library.span('none', span => expect(span.isRecording()).toBe(false));
  });

  it('has every function of the facade, without this', () => {
    const { scope } = trace;
    const library = scope('library').scope('other');
    expect(Object.keys(library)).toEqual(Object.keys(trace));
    expect(Object.isFrozen(library)).toBe(true);
  });

  it('reports a name that is no text', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() => trace.scope(7 as never, 1 as never).span('work', () => {}));
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.scope'],
      ['argument_ignored', 'trace.scope'],
    ]);
    expect(scopes()).toEqual([['work', '7', undefined]]);
  });

  it('uses the scope of the facade if the provider throws', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const getTracer = provider.getTracer.bind(provider);
    Object.assign(provider, {
      getTracer(name: string, version?: string) {
        if (name === 'library') throw new Error('foreign');
        return getTracer(name, version);
      },
    });
    apiTrace.setGlobalTracerProvider(provider);
    const captured = captureDiagnostics(() => trace.scope('library').span('work', () => {}));
    apiTrace.disable();
    expect(exporter.getFinishedSpans().map(span => span.instrumentationScope.name)).toEqual([SCOPE_NAME]);
    expect(captured.map(({ code }) => code)).toEqual(['callback_failed']);
  });
});
