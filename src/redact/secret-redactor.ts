// The interface of the redactor.

import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { NameCache } from './cache/name.js';

/** Replaces secrets. A value without a secret is returned as the same object. */
export interface SecretRedactor {
  /** Redacts a span. The result is the same object, or a view of the span. */
  span(span: ReadableSpan): ReadableSpan;
  /**
   * Redacts attributes.
   *
   * @param cache of the name of their span or event
   */
  attributes<A extends Attributes>(attributes: A, cache?: NameCache): A;
  /** Returns the cache of spans, or events, with a name. */
  getNameCache(name: string): NameCache;
  /** Redacts a text: a message, a line of a log. */
  text(value: string): string;
}
