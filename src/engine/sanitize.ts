// Names, statuses, events and links as a span keeps them: whatever was given, what is kept can be exported.

import {
  type Attributes,
  diag,
  type HrTime,
  type Link,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { TimedEvent } from '@opentelemetry/sdk-trace-base';
import { safeText } from '../core/diagnostics.js';
import type { TracerSharedState } from './tracer-shared-state.js';
import type { FaultReporter } from './fault-reporter.js';
import { copyLimitedAttributes, type ResolvedSpanLimits } from './span-limits.js';

/** A span's or event's name: text, whatever was given. */
export function sanitizeName(name: unknown): string {
  return typeof name === 'string' ? name : safeText(name);
}

/**
 * A status that can replace another; undefined for UNSET and for nonsense.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otel/trace/api/#set-status}
 */
export function sanitizeStatus(status: unknown): SpanStatus | undefined {
  const { code, message } = readStatus(status);
  if (code === SpanStatusCode.OK) return { code };
  if (code !== SpanStatusCode.ERROR) return undefined;
  if (typeof message === 'string') return { code, message };
  if (message !== undefined && message !== null) {
    diag.warn(`Dropping invalid status.message of type '${typeof message}', expected 'string'`);
  }
  return { code };
}

/** An event with its attributes within the limits. */
export function sanitizeEvent(
  name: unknown,
  given: unknown,
  time: HrTime,
  { limits, faults }: Pick<TracerSharedState, 'limits' | 'faults'>,
): TimedEvent {
  const attributes: Attributes = {};
  const droppedAttributesCount =
    given === undefined
      ? 0
      : copyLimitedAttributes(
          attributes,
          given,
          limits.attributePerEventCountLimit,
          limits.attributeValueLengthLimit,
          faults.reportDroppedAttribute,
        );
  return { name: sanitizeName(name), attributes, time, droppedAttributesCount };
}

/** A link with its attributes within the limits; undefined where it names no span. */
export function sanitizeLink(link: unknown, limits: ResolvedSpanLimits, faults: FaultReporter): Link | undefined {
  const { context, attributes: given } = readLink(link);
  if (typeof context?.traceId !== 'string' || typeof context.spanId !== 'string') {
    faults.reportDebugOnce('link', 'a link without a span context was dropped');
    return undefined;
  }
  const kept: Link = { context };
  if (given === undefined) return kept;
  const attributes: Attributes = {};
  const dropped = copyLimitedAttributes(
    attributes,
    given,
    limits.attributePerLinkCountLimit,
    limits.attributeValueLengthLimit,
    faults.reportDroppedAttribute,
  );
  for (const _ in attributes) {
    kept.attributes = attributes;
    break;
  }
  if (dropped > 0) kept.droppedAttributesCount = dropped;
  return kept;
}

/** Links, where they are a list: a copy. */
export function copyLinks(links: unknown): Link[] {
  try {
    return Array.isArray(links) ? links.slice() : [];
  } catch {
    // A revoked proxy, or one whose traps throw: no links.
    return [];
  }
}

function readStatus(status: unknown): Partial<SpanStatus> {
  try {
    const { code, message } = (status ?? {}) as SpanStatus;
    return message === undefined ? { code } : { code, message };
  } catch {
    // A getter of the status threw: it says nothing.
    return {};
  }
}

function readLink(link: unknown): Partial<Link> {
  try {
    const { context, attributes } = (link ?? {}) as Link;
    return attributes === undefined ? { context } : { context, attributes };
  } catch {
    // A getter of the link threw: there is nothing to link to.
    return {};
  }
}
