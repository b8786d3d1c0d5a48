// The option `kind` of a span.

import { SpanKind } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';
import { getOwn, SPAN_KINDS } from '../core/known-names.js';

const KINDS: Readonly<Record<string, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Converts the option `kind`, in any case or as a number. An unknown kind is reported, and gives INTERNAL.
 *
 * @param kind the option, of any type
 */
export function resolveKind(kind: unknown): SpanKind {
  const known = typeof kind === 'string' ? getOwn(KINDS, kind.toLowerCase()) : kind;
  if (typeof known === 'number' && SpanKind[known] !== undefined) return known;
  const received = safeText(kind).slice(0, 40);
  globalState.diagnostics.reportOnce(`kind:${received}`, 'warn', {
    code: 'unknown_span_kind',
    message: `the span kind '${received}' is unknown, and 'internal' is used`,
    fix: `Set the option kind to one of ${SPAN_KINDS.join(', ')}.`,
    source: 'kind',
  });
  return SpanKind.INTERNAL;
}
