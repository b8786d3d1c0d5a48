// Prints spans of several threads or processes as one tree, for the examples without a backend.

/** The parts of a span that the tree shows, as plain data that can be sent to another thread or process. */
export function plainSpan(span) {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    service: span.resource.attributes['service.name'],
    name: span.name,
    attributes: span.attributes,
    links: span.links.length,
    error: span.status.message,
  };
}

/** Prints the trees, one line for each span. */
export function printSpans(spans) {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const print = ({ spanId, service, name, attributes, links, error }, depth) => {
    const details = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
    if (links > 0) details.push(`${links} links`);
    if (error !== undefined) details.push(`✗ ${error}`);
    console.log(`${'  '.repeat(depth)}${service} ${name}  ${details.join(' ')}`.trimEnd());
    for (const child of spans.filter(({ parentId }) => parentId === spanId)) print(child, depth + 1);
  };
  for (const root of spans.filter(({ parentId }) => !known.has(parentId))) {
    console.log(`trace ${root.traceId}`);
    print(root, 1);
  }
}
