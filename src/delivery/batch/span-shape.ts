// The interface by which an exporter changes spans for its backend.

import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Adapts spans to one backend before they are encoded: a vendor's limits, for instance. */
export interface SpanShape {
  /**
   * Returns the span to encode. The original span must not change.
   *
   * @param span an ended span
   */
  (span: ReadableSpan): ReadableSpan;
  /** Returns the resource attributes to encode. Called once for many spans. */
  readonly resource?: ((attributes: Attributes) => Attributes) | undefined;
}
