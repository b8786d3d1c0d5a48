// Redaction that never fails: a span that cannot be redacted loses its content.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { guarded } from '../core/guard.js';
import { createSpanView } from '../spans/span-view.js';

/** Returns the span without its secrets, or the same object if it has none. */
export type Redact = (span: ReadableSpan) => ReadableSpan;

/** Creates a redaction that replaces a span by one without content if the given redaction throws. */
export function createSafeRedaction(redact: Redact): Redact {
  return span => guarded('redaction', () => redact(span), undefined) ?? removeContent(span);
}

/** Replaces a span whose redaction failed: its secrets must not leave, and its trace must keep its shape. */
function removeContent(span: ReadableSpan): ReadableSpan {
  const { code } = span.status;
  return createSpanView(span, {
    name: '[redaction failed]',
    attributes: {},
    events: [],
    links: [],
    status: { code },
  });
}
