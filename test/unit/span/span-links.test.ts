import { INVALID_SPAN_CONTEXT, type Link, ROOT_CONTEXT, trace as apiTrace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { NOOP_SPAN } from '../../../src/span/noop-span.js';
import { linkTo, readLinks } from '../../../src/span/span-links.js';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing | undefined;
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
});

const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const traceparent = `00-${spanContext.traceId}-${spanContext.spanId}-01`;

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
])('the option links on %s', (_, start) => {
  it('takes links, spans, contexts of spans, contexts and carriers', () => {
    tracing = start();
    const span = trace.startSpan('linked');
    const links = [
      { context: spanContext, attributes: { when: new Date(0), plan: { a: 1 } } as never },
      span,
      spanContext,
      apiTrace.setSpanContext(ROOT_CONTEXT, spanContext),
      { traceparent },
      new Headers({ traceparent }),
    ];
    trace.span('work', { links }, () => {});
    const recorded = tracing.span('work').links;
    expect(recorded.map(({ context }) => context.spanId)).toEqual([
      spanContext.spanId,
      span.spanContext().spanId,
      ...Array(4).fill(spanContext.spanId),
    ]);
    expect(recorded[0]?.attributes).toEqual({ when: '1970-01-01T00:00:00.000Z', plan: '{"a":1}' });
  });

  it("root: 'linked' starts a new trace with a link to the active span", () => {
    tracing = start();
    trace.span('outer', outer => {
      trace.span('new', { root: 'linked', links: [spanContext] }, () => {});
      expect(tracing?.span('new').links.map(({ context }) => context.spanId)).toEqual([
        spanContext.spanId,
        outer.spanContext().spanId,
      ]);
      expect(tracing?.span('new').parentSpanContext).toBeUndefined();
      expect(tracing?.span('new').spanContext().traceId).not.toBe(outer.spanContext().traceId);
    });
    trace.span('first', { root: 'linked' }, () => {});
    expect(tracing.span('first').links).toEqual([]);
  });
});

describe('readLinks', () => {
  it('leaves out sources that are not traced, without a report', () => {
    tracing = startOwnTracing();
    const captured = captureDiagnostics(() =>
      expect(
        readLinks([{}, { host: 'a' }, [], new Map(), NOOP_SPAN, INVALID_SPAN_CONTEXT, ROOT_CONTEXT]),
      ).toEqual([]),
    );
    expect(captured).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no list', spanContext],
    ['text', [traceparent]],
    ['nothing', [undefined]],
    ['a date', [new Date()]],
    ['a function', [() => {}]],
    ['malformed ids', [{ traceId: 'x', spanId: 'y' }]],
    [
      'a getter that throws',
      [
        {
          get context(): never {
            throw new Error('getter');
          },
        },
      ],
    ],
  ])('reports %s', (_, links) => {
    const captured = captureDiagnostics(() => expect(readLinks(links)).toEqual([]));
    expect(captured.map(({ code, source }) => [code, source])).toEqual([['span_option_ignored', 'links']]);
  });

  it('returns the very link of OpenTelemetry', () => {
    const link: Link = { context: spanContext, attributes: { a: 1 } };
    expect(readLinks([link])[0]).toBe(link);
  });
});

describe('linkTo', () => {
  it('links to valid ids only', () => {
    expect(linkTo(spanContext)).toEqual({ context: spanContext });
    expect([linkTo(INVALID_SPAN_CONTEXT), linkTo(undefined)]).toEqual([undefined, undefined]);
  });
});
