// The provider: OpenTelemetry's own in every respect but the tracers it hands out.

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
  type Sampler,
  type SpanLimits,
  type SpanProcessor,
  type TracerConfig,
} from '@opentelemetry/sdk-trace-base';
import { type Clock, systemClock } from '../core/clock.js';
import type { Diagnostics } from '../core/diagnostics.js';
import { guarded } from '../core/guard.js';
import { createIds, type FillRandom } from '../core/ids.js';
import { WallClockAnchor } from './trace-clock.js';
import type { TracerSharedState } from './tracer-shared-state.js';
import { FaultReporter } from './fault-reporter.js';
import { createCheckedIdSource, createIdSource } from './id-source.js';
import { resolveSpanLimits } from './span-limits.js';
import { SdkMetrics } from './sdk-metrics.js';
import { MultiSpanProcessor } from './multi-span-processor.js';
import { Tracer } from './tracer.js';

/** What of the world the provider needs; each has the machine's own as default. */
export interface TracerProviderDependencies {
  /** @default the machine's clocks */
  readonly clock?: Clock;
  /** Where ids come from, unless an `idGenerator` is configured. @default crypto.randomFillSync */
  readonly random?: FillRandom;
  /** @default those of `init()` */
  readonly diagnostics?: Diagnostics;
  /** Asked for the active context without the way through the API, which costs 30 ns a span. */
  readonly contextManager?: ContextManager;
}

/**
 * What OpenTelemetry's provider has settled from options, environment and defaults. It keeps it to itself, and there
 * is no other way to it; the dependency's version is exact, and a test holds the shape.
 */
interface Settled {
  readonly _tracerOptions: {
    readonly resource: Resource;
    readonly sampler: Sampler;
    readonly spanLimits: SpanLimits;
    readonly idGenerator: IdGenerator;
  };
  readonly _activeSpanProcessor: { readonly _spanProcessors: readonly SpanProcessor[] };
}

/**
 * OpenTelemetry's tracer provider with our tracer and our spans.
 *
 * @example
 * const provider = new Provider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
 * trace.setGlobalTracerProvider(provider);
 */
export class TracerProvider extends BasicTracerProvider {
  readonly #engine: TracerSharedState;
  readonly #own = new Map<string, Tracer>();

  /**
   * @param config as for OpenTelemetry's `BasicTracerProvider`; `OTEL_*` variables are honoured as there
   * @param parts clock, randomness, diagnostics and context manager
   */
  constructor(config: TracerConfig = {}, parts: TracerProviderDependencies = {}) {
    super(config);
    const settled = this as unknown as Settled;
    const { resource, sampler, spanLimits } = settled._tracerOptions;
    const { clock = systemClock, random, diagnostics, contextManager } = parts;
    const faults = new FaultReporter(diagnostics);
    const ids = createIds(random);
    this.#engine = {
      clock,
      anchor: new WallClockAnchor(clock),
      ids: config.idGenerator === undefined ? createIdSource(ids) : createCheckedIdSource(config.idGenerator, ids, faults),
      sampler,
      limits: resolveSpanLimits(spanLimits),
      givenLimits: spanLimits,
      processors: new MultiSpanProcessor(settled._activeSpanProcessor._spanProcessors, faults),
      resource,
      faults,
      metrics: metricsFor(config.meterProvider),
      activeContext: activeContextOf(contextManager),
    };
  }

  /** A tracer for one instrumentation scope; the same one for the same name, version and schema. */
  override getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`;
    let tracer = this.#own.get(key);
    if (tracer === undefined) {
      tracer = new Tracer({ name, version, schemaUrl } as Tracer['instrumentationScope'], this.#engine);
      this.#own.set(key, tracer);
    }
    return tracer;
  }

  /** Shuts all processors down, each guarded; rejects with the first failure when all are done. */
  override shutdown(): Promise<void> {
    this.stopMetrics();
    return this.#engine.processors.shutdown();
  }

  /** Takes back what the meter provider was given; also where others shut the processors down. */
  stopMetrics(): void {
    const { metrics } = this.#engine;
    if (metrics !== undefined) guarded('the meter provider', () => metrics.stop(), undefined);
  }

  /** How many calls were made on spans that had already ended. */
  get lateCalls(): number {
    return this.#engine.faults.lateCalls;
  }
}

function metricsFor(provider: MeterProvider | undefined): SdkMetrics | undefined {
  if (provider === undefined) return undefined;
  return guarded('the meter provider', () => SdkMetrics.create(provider), undefined);
}

function activeContextOf(manager: ContextManager | undefined): () => Context {
  return manager === undefined ? () => contextApi.active() : () => manager.active();
}
