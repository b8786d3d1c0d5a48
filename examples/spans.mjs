// Spans of several threads or processes as one tree, for the examples that have no backend to look at.

/** What of a span can be sent anywhere. */
export function told(span) {
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

/** Prints the trees, a line for each span. */
export function printSpans(spans) {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const print = ({ spanId, service, name, attributes, links, error }, depth) => {
    const said = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
    if (links > 0) said.push(`${links} links`);
    if (error !== undefined) said.push(`✗ ${error}`);
    console.log(`${'  '.repeat(depth)}${service} ${name}  ${said.join(' ')}`.trimEnd());
    for (const child of spans.filter(({ parentId }) => parentId === spanId)) print(child, depth + 1);
  };
  for (const root of spans.filter(({ parentId }) => !known.has(parentId))) {
    console.log(`trace ${root.traceId}`);
    print(root, 1);
  }
}
