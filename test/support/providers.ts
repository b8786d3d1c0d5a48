// Tracing for one test file, on our own or on a foreign provider, with access to the ended spans.

import { context, propagation, trace as apiTrace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { setSpan } from '../../src/context/index.js';
import { globalState } from '../../src/core/global-state.js';
import { SCOPE_NAME, VERSION } from '../../src/core/version.js';
import { getLocalRoot, TracerProvider } from '../../src/engine/index.js';

/** The tracing of a test. */
export interface TestTracing {
  readonly spans: () => ReadableSpan[];
  /** Returns the ended span with the name. Throws if there is not exactly one. */
  readonly span: (name: string) => ReadableSpan;
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** The configuration of the provider. */
export interface TestOptions {
  readonly sampler?: Sampler;
  readonly processors?: readonly SpanProcessor[];
}

/** Starts OpenTelemetry's provider without init(), as an application or another library does. */
export function startForeignTracing(options: TestOptions = {}): TestTracing {
  return start(spanProcessors => new BasicTracerProvider({ ...options, spanProcessors }), false, options);
}

/** Starts our provider and connects it to the facade, as init() does. */
export function startOwnTracing(options: TestOptions = {}): TestTracing {
  return start(spanProcessors => new TracerProvider({ ...options, spanProcessors }), true, options);
}

function start(
  createProvider: (processors: SpanProcessor[]) => BasicTracerProvider,
  isOwn: boolean,
  options: TestOptions,
): TestTracing {
  const exporter = new InMemorySpanExporter();
  const provider = createProvider([...(options.processors ?? []), new SimpleSpanProcessor(exporter)]);
  const contextManager = new AsyncLocalStorageContextManager();
  apiTrace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  if (isOwn) {
    globalState.tracer = {
      tracer: (provider as TracerProvider).getTracer(SCOPE_NAME, VERSION),
      contextManager,
      setSpan,
      keepNewTraces: active => active,
      getTracer: (name, version) => (provider as TracerProvider).getTracer(name, version),
      isForeign: false,
    };
    globalState.lifecycle = {
      flush: () => provider.forceFlush(),
      shutdown: () => provider.shutdown(),
      stats: () => undefined,
      check: async () => undefined,
      url: () => undefined,
      overrideSampling: () => true,
      getLocalRoot: getLocalRoot,
    };
  }
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    spans,
    span: name => {
      const found = spans().filter(span => span.name === name);
      if (found.length !== 1) throw new Error(`${found.length} spans are named ${name}`);
      return found[0] as ReadableSpan;
    },
    reset: () => exporter.reset(),
    stop: async () => {
      globalState.tracer = undefined;
      globalState.lifecycle = undefined;
      apiTrace.disable();
      context.disable();
      propagation.disable();
      await provider.shutdown();
    },
  };
}
