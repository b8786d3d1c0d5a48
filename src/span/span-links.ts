// The links of a new span, from the options `links` and `root: 'linked'`.

import {
  INVALID_TRACEID,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
} from '@opentelemetry/api';
import { getSpan } from '../context/index.js';
import { extract } from '../propagation/extract.js';
import { isContext, isSpan, isSpanContext } from './parent-context.js';
import { canCarryContext, hasCarrierShape } from './remote-context.js';
import { isObject, reportOption } from './report-input.js';

const EXPECTED = 'a list of links, spans, span contexts or carriers';

/**
 * Converts the option `links`. A value that cannot be a link is reported and left out. A span without ids and a carrier without
 * a context are left out without a report, because batches contain messages of senders that are not traced.
 *
 * @param given the option, of any type
 * @returns links whose attributes have the types that the application set
 */
export function readLinks(given: unknown): Link[] {
  if (!Array.isArray(given)) {
    reportOption('links', EXPECTED, given);
    return [];
  }
  return given.flatMap(item => {
    const link = readLink(item);
    if (link === 'invalid') reportOption('links', EXPECTED, item);
    return typeof link === 'object' ? [link] : [];
  });
}

/** Creates the link to a span. Returns undefined if its ids are not valid. */
export function linkTo(spanContext: SpanContext | undefined): Link | undefined {
  return spanContext !== undefined && isSpanContextValid(spanContext) ? { context: spanContext } : undefined;
}

/** Never throws. Returns undefined for a source that is not traced. */
function readLink(item: unknown): Link | 'invalid' | undefined {
  try {
    if (isSpan(item)) return linkTo(item.spanContext());
    if (isContext(item)) return linkTo(getSpan(item)?.spanContext());
    if (isSpanContext(item))
      return linkTo(item) ?? (item.traceId === INVALID_TRACEID ? undefined : 'invalid');
    if (!canCarryContext(item)) return 'invalid';
    if (isLink(item)) return item;
    const link = linkTo(getSpan(extract(item, ROOT_CONTEXT))?.spanContext());
    return link ?? (hasCarrierShape(item) ? undefined : 'invalid');
  } catch {
    // A getter or a revoked proxy threw. The value is reported like any other that is no link.
    return 'invalid';
  }
}

/** Whether an object is OpenTelemetry's link. The provider checks its ids. */
function isLink(item: object): item is Link {
  return isObject(item) && isSpanContext((item as Partial<Link>).context);
}
