// Converts names, statuses, events and links from the application to forms that can be exported.

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
import type { FaultReporter } from './fault-reporter.js';
import { copyLimitedAttributes, type ResolvedSpanLimits } from './span-limits.js';
import type { TracerSharedState } from './tracer-shared-state.js';

/** Converts the name of a span or an event to text. */
export function sanitizeName(name: unknown): string {
  return typeof name === 'string' ? name : safeText(name);
}

/**
 * Reads a status that can replace another.
 *
 * @param status a status from the application, of any type
 * @returns undefined for UNSET and for invalid codes
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

/**
 * Creates an event with its attributes within the limits.
 *
 * @param name the name, of any type
 * @param attributes the attributes from the application, of any type
 * @param time the time of the event
 * @param shared the limits and the fault reporter
 */
export function sanitizeEvent(
  name: unknown,
  attributes: unknown,
  time: HrTime,
  { limits, faults }: Pick<TracerSharedState, 'limits' | 'faults'>,
): TimedEvent {
  const sanitized: Attributes = {};
  const droppedAttributesCount =
    attributes === undefined
      ? 0
      : copyLimitedAttributes(
          sanitized,
          attributes,
          limits.attributePerEventCountLimit,
          limits.attributeValueLengthLimit,
          faults.reportDroppedAttribute,
        );
  return { name: sanitizeName(name), attributes: sanitized, time, droppedAttributesCount };
}

/**
 * Creates a link with its attributes within the limits.
 *
 * @param link a link from the application, of any type
 * @param limits the span limits
 * @param faults receives dropped links and attributes
 * @returns undefined if the link has no span context
 */
export function sanitizeLink(
  link: unknown,
  limits: ResolvedSpanLimits,
  faults: FaultReporter,
): Link | undefined {
  const { context, attributes } = readLink(link);
  if (typeof context?.traceId !== 'string' || typeof context.spanId !== 'string') {
    faults.reportDebugOnce({
      code: 'link_dropped',
      message: 'a link without a span context was dropped',
      fix: 'Set the field context of the link to the context of a span.',
    });
    return undefined;
  }
  const sanitized: Link = { context };
  if (attributes === undefined) return sanitized;
  const kept: Attributes = {};
  const droppedCount = copyLimitedAttributes(
    kept,
    attributes,
    limits.attributePerLinkCountLimit,
    limits.attributeValueLengthLimit,
    faults.reportDroppedAttribute,
  );
  for (const _ in kept) {
    sanitized.attributes = kept;
    break;
  }
  if (droppedCount > 0) sanitized.droppedAttributesCount = droppedCount;
  return sanitized;
}

/** Copies a list of links. Any other value gives an empty list. */
export function copyLinks(links: unknown): Link[] {
  try {
    return Array.isArray(links) ? links.slice() : [];
  } catch {
    // A revoked proxy, or a proxy whose traps throw, has no links.
    return [];
  }
}

function readStatus(status: unknown): Partial<SpanStatus> {
  try {
    const { code, message } = (status ?? {}) as SpanStatus;
    return message === undefined ? { code } : { code, message };
  } catch {
    // A getter of the status threw. The status has no code.
    return {};
  }
}

function readLink(link: unknown): Partial<Link> {
  try {
    const { context, attributes } = (link ?? {}) as Link;
    return attributes === undefined ? { context } : { context, attributes };
  } catch {
    // A getter of the link threw. The link has no context.
    return {};
  }
}
