// Starts a span from the options of the facade. Nothing throws.

import type {
  Attributes,
  Context,
  Link,
  Span,
  SpanKind,
  TimeInput as ApiTimeInput,
} from '@opentelemetry/api';
import { getContextAttributes, getSpan } from '../context/index.js';
import { reportFault } from '../core/guard.js';
import { normaliseAttributes } from '../spans/attributes.js';
import type { ActiveTracer, ForeignTracer } from './active-tracer.js';
import { checkSpanOptions } from './check-options.js';
import { NOOP_SPAN } from './noop-span.js';
import { keepTrace } from './override-sampling.js';
import { readAttributes, readTime } from './read-input.js';
import { readName, reportDroppedAttribute, reportOption } from './report-input.js';
import { resolveKind } from './span-kind.js';
import { linkTo, readLinks } from './span-links.js';
import type { SpanOptions } from './types.js';

/**
 * Starts a span on a tracer. If the provider throws, the span records nothing.
 *
 * @param tracer the tracer
 * @param givenName the name of the span
 * @param options the options of the facade
 * @param parent the context that holds the parent: see `resolveParentContext`
 */
export function startSpanOn(
  tracer: ActiveTracer,
  givenName: string,
  options: SpanOptions | undefined,
  parent: Context,
): Span {
  try {
    const name = typeof givenName === 'string' ? givenName : readName(givenName, 'trace.span');
    if (options !== undefined) return startWithOptions(tracer, name, options, parent);
    if (tracer.isForeign) return startForeign(tracer, name, {}, parent);
    // Our engine takes separate arguments, so that a span without options needs no options object.
    return tracer.tracer.startSpanIn(name, undefined, undefined, undefined, undefined, undefined, parent);
  } catch (error) {
    // A foreign provider threw. The function of the application must still run.
    reportFault('starting a span', error);
    return NOOP_SPAN;
  }
}

/** Options in the form of OpenTelemetry's API, with attributes of the types that the application set. */
interface ReadOptions {
  readonly kind?: SpanKind | undefined;
  readonly attributes?: object | undefined;
  readonly links?: readonly Link[] | undefined;
  readonly startTime?: ApiTimeInput | undefined;
}

function startWithOptions(tracer: ActiveTracer, name: string, options: SpanOptions, parent: Context): Span {
  checkSpanOptions(name, options);
  let { attributes, kind, links, root, startTime, keep }: SpanOptions = {};
  try {
    ({ attributes, kind, links, root, startTime, keep } = options);
  } catch (error) {
    // The span starts with the options that were read before the failure.
    reportFault('a getter of the span options', error);
  }
  const read: ReadOptions = {
    kind: isAbsent(kind) ? undefined : resolveKind(kind),
    attributes: isAbsent(attributes) ? undefined : readAttributesOption(attributes),
    links: collectLinks(tracer, links, root),
    startTime: isAbsent(startTime) ? undefined : readStartTime(startTime),
  };
  const context = keep === true ? keepTrace(tracer, parent) : parent;
  if (tracer.isForeign) return startForeign(tracer, name, read, context);
  return tracer.tracer.startSpanIn(
    name,
    read.kind,
    read.attributes as Attributes | undefined,
    read.links,
    read.startTime,
    undefined,
    context,
  );
}

/** A foreign provider drops or refuses dates, big integers and objects, and does not know `trace.withAttributes`. */
function startForeign({ tracer }: ForeignTracer, name: string, options: ReadOptions, parent: Context): Span {
  const { kind, attributes, links, startTime } = options;
  const inherited = getContextAttributes(parent);
  const hasAttributes = attributes !== undefined || inherited !== undefined;
  return tracer.startSpan(
    name,
    {
      ...(kind === undefined ? {} : { kind }),
      ...(hasAttributes ? { attributes: { ...normalise(inherited), ...normalise(attributes) } } : {}),
      ...(links === undefined ? {} : { links: links.map(normaliseLink) }),
      ...(startTime === undefined ? {} : { startTime }),
    },
    parent,
  );
}

function readAttributesOption(attributes: unknown): object | undefined {
  const read = readAttributes(attributes);
  if (read === undefined) reportOption('attributes', 'an object with attributes', attributes);
  return read;
}

function readStartTime(startTime: unknown): ApiTimeInput | undefined {
  const time = readTime(startTime);
  if (time === undefined) reportOption('startTime', 'a date, a number or [seconds, nanoseconds]', startTime);
  return time;
}

/** Combines the option `links` with the link of `root: 'linked'`. */
function collectLinks(
  tracer: ActiveTracer,
  links: unknown,
  root: SpanOptions['root'],
): readonly Link[] | undefined {
  const given = isAbsent(links) ? undefined : readLinks(links);
  if (root !== 'linked') return given;
  const link = linkTo(getSpan(tracer.contextManager.active())?.spanContext());
  return link === undefined ? given : [...(given ?? []), link];
}

function normaliseLink(link: Link): Link {
  return link.attributes === undefined ? link : { ...link, attributes: normalise(link.attributes) };
}

function normalise(attributes: object | undefined): Attributes {
  return normaliseAttributes(attributes, reportDroppedAttribute);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
