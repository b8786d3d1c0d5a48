// What all tracers and spans of one provider share.

import type { Context } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanLimits } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import type { WallClockAnchor } from './trace-clock.js';
import type { FaultReporter } from './fault-reporter.js';
import type { IdSource } from './id-source.js';
import type { ResolvedSpanLimits } from './span-limits.js';
import type { SdkMetrics } from './sdk-metrics.js';
import type { MultiSpanProcessor } from './multi-span-processor.js';

/** The parts of a provider that its tracers and spans reach. */
export interface TracerSharedState {
  readonly clock: Clock;
  readonly anchor: WallClockAnchor;
  readonly ids: IdSource;
  readonly sampler: Sampler;
  readonly limits: ResolvedSpanLimits;
  readonly processors: MultiSpanProcessor;
  readonly resource: Resource;
  readonly faults: FaultReporter;
  /** OpenTelemetry's own metrics of the SDK, where a meter provider was given. */
  readonly metrics: SdkMetrics | undefined;
  /** The active context: of the context manager that was given, else of the API's. */
  readonly activeContext: () => Context;
  /** The limits as they were given, as OpenTelemetry's tracer shows them. */
  readonly givenLimits: SpanLimits;
}

/** What a span takes from its tracer. */
export interface OwningTracer {
  readonly shared: TracerSharedState;
  readonly instrumentationScope: InstrumentationScope;
}
