// The state that all tracers and spans of one provider share.

import type { Context } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, Sampler, SpanLimits } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import type { FaultReporter } from './fault-reporter.js';
import type { IdSource } from './id-source.js';
import type { MultiSpanProcessor } from './multi-span-processor.js';
import type { SdkMetrics } from './sdk-metrics.js';
import type { ResolvedSpanLimits } from './span-limits.js';
import type { WallClockAnchor } from './trace-clock.js';

/** The parts of a provider that its tracers and spans use. */
export interface TracerSharedState {
  readonly clock: Clock;
  readonly anchor: WallClockAnchor;
  readonly ids: IdSource;
  /** Can be replaced at run time. */
  sampler: Sampler;
  /** False if no spans are recorded. Context still propagates. */
  isEnabled: boolean;
  readonly limits: ResolvedSpanLimits;
  readonly processors: MultiSpanProcessor;
  readonly resource: Resource;
  readonly faults: FaultReporter;
  /** The SDK's own metrics, if a meter provider is configured. */
  readonly metrics: SdkMetrics | undefined;
  /** Returns the active context of the configured context manager, or else of the API. */
  readonly activeContext: () => Context;
  /** The limits without defaults, as OpenTelemetry's tracer shows them. */
  readonly configuredLimits: SpanLimits;
  /** Returns a view without secrets, for what a span shows of itself. */
  readonly redact: (span: ReadableSpan) => ReadableSpan;
}

/** The part of a tracer that its spans use. */
export interface OwningTracer {
  readonly shared: TracerSharedState;
  readonly instrumentationScope: InstrumentationScope;
}
