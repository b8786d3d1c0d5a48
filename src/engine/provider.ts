// The tracer provider: OpenTelemetry's provider with our tracers.

import {
  type Context,
  context as contextApi,
  type ContextManager,
  type MeterProvider,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type SpanLimits,
  type SpanProcessor,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import { type Clock, systemClock } from '../core/clock.js';
import type { Diagnostics } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { createIds, type FillRandom } from '../core/ids.js';
import { FaultReporter } from './fault-reporter.js';
import { createCheckedIdSource, createIdSource } from './id-source.js';
import { MultiSpanProcessor } from './multi-span-processor.js';
import { SdkMetrics } from './sdk-metrics.js';
import { resolveSpanLimits } from './span-limits.js';
import { WallClockAnchor } from './trace-clock.js';
import { Tracer } from './tracer.js';
import type { TracerSharedState } from './tracer-shared-state.js';

/** The dependencies of the provider on its host. */
export interface TracerProviderDependencies {
  /** @default the clocks of the machine */
  readonly clock?: Clock;
  /** The randomness of ids, if no `idGenerator` is configured. @default crypto.randomFillSync */
  readonly random?: FillRandom;
  /** @default the diagnostics of `init()` */
  readonly diagnostics?: Diagnostics;
  /** Supplies the active context. The look-up through the API costs 30 ns per span. @default the API */
  readonly contextManager?: ContextManager;
  /** Returns a view of a span without secrets, for `console.log` and `JSON.stringify`. @default no redaction */
  readonly redact?: (span: ReadableSpan) => ReadableSpan;
}

/**
 * The private fields in which OpenTelemetry's provider keeps the result of options, environment and defaults. It has no
 * public access to them. The version of the dependency is exact, and a test checks the fields.
 */
interface ProviderInternals {
  readonly _tracerOptions: {
    readonly resource: Resource;
    readonly sampler: Sampler;
    readonly spanLimits: SpanLimits;
    readonly idGenerator: IdGenerator;
  };
  readonly _activeSpanProcessor: { readonly _spanProcessors: readonly SpanProcessor[] };
}

/**
 * OpenTelemetry's tracer provider with our tracers and spans.
 *
 * @example
 * const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
 * trace.setGlobalTracerProvider(provider);
 */
export class TracerProvider extends BasicTracerProvider {
  // Not private fields of the language, so that a proxy of the provider works.
  private readonly _engineState: TracerSharedState;
  private readonly _tracersByScope = new Map<string, Tracer>();

  /**
   * @param config the configuration of OpenTelemetry's `BasicTracerProvider`, which also reads the `OTEL_*` variables
   * @param dependencies clock, randomness, diagnostics and context manager
   */
  constructor(config: TracerConfig = {}, dependencies: TracerProviderDependencies = {}) {
    super(config);
    const internals = this as unknown as ProviderInternals;
    const { resource, sampler, spanLimits } = internals._tracerOptions;
    const { clock = systemClock, random, diagnostics, contextManager, redact = span => span } = dependencies;
    const faults = new FaultReporter(diagnostics);
    const ids = createIds(random);
    this._engineState = {
      clock,
      anchor: new WallClockAnchor(clock),
      ids:
        config.idGenerator === undefined
          ? createIdSource(ids)
          : createCheckedIdSource(config.idGenerator, ids, faults),
      sampler,
      isEnabled: true,
      limits: resolveSpanLimits(spanLimits),
      configuredLimits: spanLimits,
      processors: new MultiSpanProcessor(internals._activeSpanProcessor._spanProcessors, faults),
      resource,
      faults,
      metrics: createMetrics(config.meterProvider),
      activeContext: createActiveContextGetter(contextManager),
      redact,
    };
  }

  /** Returns the tracer of an instrumentation scope: the same tracer for equal name, version and schema URL. */
  override getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`;
    let tracer = this._tracersByScope.get(key);
    if (tracer === undefined) {
      tracer = new Tracer({ name, version, schemaUrl } as Tracer['instrumentationScope'], this._engineState);
      this._tracersByScope.set(key, tracer);
    }
    return tracer;
  }

  /** Shuts down every span processor. Rejects at the end with the first failure. */
  override shutdown(): Promise<void> {
    this.stopMetrics();
    return this._engineState.processors.shutdown();
  }

  /** Removes the callback from the meter provider, also if the processors are shut down elsewhere. */
  stopMetrics(): void {
    const { metrics } = this._engineState;
    if (metrics !== undefined) guarded('the meter provider', () => metrics.stop(), undefined);
  }

  /** Replaces the sampler. Spans in flight keep their decision, and their children follow it. */
  setSampler(sampler: Sampler): void {
    this._engineState.sampler = sampler;
  }

  /** Starts or stops the recording of new spans. Without it, context still propagates. */
  setEnabled(isEnabled: boolean): void {
    this._engineState.isEnabled = isEnabled;
  }

  /** The number of calls on spans that had already ended. */
  get lateCalls(): number {
    return this._engineState.faults.lateCalls;
  }
}

function createMetrics(provider: MeterProvider | undefined): SdkMetrics | undefined {
  if (provider === undefined) return undefined;
  return guarded('the meter provider', () => SdkMetrics.create(provider), undefined);
}

function createActiveContextGetter(manager: ContextManager | undefined): () => Context {
  return manager === undefined ? () => contextApi.active() : () => manager.active();
}
