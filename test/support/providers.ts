// Tracing set up for one test file, on either provider, with the ended spans at hand.

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

/** What a test sees of the tracing it set up. */
export interface TestTracing {
  readonly spans: () => ReadableSpan[];
  readonly span: (name: string) => ReadableSpan;
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** Which provider stands behind the API, and what is special about it. */
export interface TestOptions {
  readonly sampler?: Sampler;
  readonly processors?: readonly SpanProcessor[];
}

/** OpenTelemetry's own provider, registered by somebody else. */
export function foreignTracing(options: TestOptions = {}): TestTracing {
  return start(spanProcessors => new BasicTracerProvider({ ...options, spanProcessors }), false, options);
}

/** Our provider, wired to the facade as init() does it. */
export function ownTracing(options: TestOptions = {}): TestTracing {
  return start(spanProcessors => new TracerProvider({ ...options, spanProcessors }), true, options);
}

function start(
  make: (processors: SpanProcessor[]) => BasicTracerProvider,
  wired: boolean,
  options: TestOptions,
): TestTracing {
  const exporter = new InMemorySpanExporter();
  const provider = make([...(options.processors ?? []), new SimpleSpanProcessor(exporter)]);
  const contextManager = new AsyncLocalStorageContextManager();
  apiTrace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  if (wired) {
    globalState.tracer = {
      tracer: (provider as TracerProvider).getTracer(SCOPE_NAME, VERSION),
      contextManager,
      setSpan: setSpan,
      foreign: false,
    };
    globalState.lifecycle = {
      flush: () => provider.forceFlush(),
      shutdown: () => provider.shutdown(),
      stats: () => undefined,
      check: async () => undefined,
      url: () => undefined,
      overrideSampling: () => {},
      rootOf: getLocalRoot,
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
