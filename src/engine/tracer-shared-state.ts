// What all tracers and spans of one provider share.

import type { Context } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanLimits } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../core/clock.js';
import type { Anchor } from './trace-clock.js';
import type { Faults } from './fault-reporter.js';
import type { IdSource } from './id-source.js';
import type { Limits } from './limits.js';
import type { Metrics } from './metrics.js';
import type { Processors } from './processors.js';

/** The parts of a provider that its tracers and spans reach. */
export interface Engine {
  readonly clock: Clock;
  readonly anchor: Anchor;
  readonly ids: IdSource;
  readonly sampler: Sampler;
  readonly limits: Limits;
  readonly processors: Processors;
  readonly resource: Resource;
  readonly faults: Faults;
  /** OpenTelemetry's own metrics of the SDK, where a meter provider was given. */
  readonly metrics: Metrics | undefined;
  /** The active context: of the context manager that was given, else of the API's. */
  readonly activeContext: () => Context;
  /** The limits as they were given, as OpenTelemetry's tracer shows them. */
  readonly givenLimits: SpanLimits;
}

/** What a span takes from its tracer. */
export interface SpanOwner {
  readonly engine: Engine;
  readonly instrumentationScope: InstrumentationScope;
}
