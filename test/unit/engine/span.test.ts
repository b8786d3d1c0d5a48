// Trace API, "Span operations" and "Span lifetime"; Trace SDK, "Additional Span interfaces" and "Span Limits".

import {
  type Link,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { contextWith, toNanoseconds, createTestEngine } from '../../support/engine-fixture.js';

const other = {
  traceId: 'e4cda95b652f4a1592b449d5929fda1b',
  spanId: '7e0c63257de34c92',
  traceFlags: TraceFlags.SAMPLED,
};
const readable = (span: ApiSpan): Span => span as Span;

describe('Span: Get Context, IsRecording', () => {
  it('returns the same context during the life of the span and after its end', () => {
    const span = createTestEngine().tracer.startSpan('a');
    const context = span.spanContext();
    span.end();
    expect(span.spanContext()).toBe(context);
  });

  it('records until its end', () => {
    const span = createTestEngine().tracer.startSpan('a');
    expect(span.isRecording()).toBe(true);
    span.end();
    expect(span.isRecording()).toBe(false);
  });
});

describe('Span: Set Attributes', () => {
  it('keeps the latest value of a key', () => {
    const span = createTestEngine().tracer.startSpan('a', { attributes: { a: 1, b: 'x' } });
    span.setAttribute('a', 2).setAttributes({ c: [true], b: 'y' });
    expect(readable(span).attributes).toEqual({ a: 2, b: 'y', c: [true] });
  });

  it('reports each attribute that cannot be recorded, once', () => {
    const { tracer, captured } = createTestEngine();
    const span = tracer.startSpan('a', { attributes: { fn: (() => 1) as unknown as string } });
    span.setAttribute('fn', Symbol('x') as unknown as string).setAttribute('', 'x');
    expect(readable(span).attributes).toEqual({});
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'attribute_dropped', 'fn'],
      ['warn', 'attribute_dropped', undefined],
    ]);
  });

  it('ignores the inherited properties of an object', () => {
    const span = createTestEngine().tracer.startSpan('a') as Span;
    span.setAttributes(Object.assign(Object.create({ inherited: 1 }) as object, { own: 2 }));
    expect(span.attributes).toEqual({ own: 2 });
  });
});

describe('Span: Add Events', () => {
  it('takes a name, attributes and a time, in each call form of the API', () => {
    const { tracer, clock } = createTestEngine();
    const span = tracer.startSpan('a');
    clock.advance(1.5);
    span
      .addEvent('now')
      .addEvent('with', { a: 1 })
      .addEvent('at', { a: 1 }, [7, 8])
      .addEvent('only at', [9, 10]);
    const start = toNanoseconds(readable(span).startTime);
    expect(readable(span).events).toEqual([
      { name: 'now', attributes: {}, time: expect.any(Array), droppedAttributesCount: 0 },
      { name: 'with', attributes: { a: 1 }, time: expect.any(Array), droppedAttributesCount: 0 },
      { name: 'at', attributes: { a: 1 }, time: [7, 8], droppedAttributesCount: 0 },
      { name: 'only at', attributes: {}, time: [9, 10], droppedAttributesCount: 0 },
    ]);
    expect(toNanoseconds(readable(span).events[0]!.time) - start).toBe(1_500_000n);
  });

  it('keeps the order of the calls', () => {
    const span = createTestEngine().tracer.startSpan('a');
    span.addEvent('late', undefined, [2, 0]).addEvent('early', undefined, [1, 0]);
    expect(readable(span).events.map(event => event.name)).toEqual(['late', 'early']);
  });
});

describe('Span: Add Link', () => {
  it('takes links at the start and later, with and without attributes', () => {
    const span = createTestEngine().tracer.startSpan('a', {
      links: [{ context: other, attributes: { a: 1 } }],
    });
    span
      .addLink({ context: other })
      .addLinks([{ context: other, attributes: { d: new Date(0) as unknown as string } }]);
    expect(readable(span).links).toEqual([
      { context: other, attributes: { a: 1 } },
      { context: other },
      { context: other, attributes: { d: '1970-01-01T00:00:00.000Z' } },
    ]);
  });

  it('keeps links to contexts without valid ids, and drops values that are not links', () => {
    const span = createTestEngine().tracer.startSpan('a');
    const invalid = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    span.addLinks([{ context: invalid }, null, {}, { context: 'x' }] as unknown as Link[]);
    expect(readable(span).links).toEqual([{ context: invalid }]);
  });
});

describe('Span: Set Status', () => {
  const { UNSET, OK, ERROR } = SpanStatusCode;
  it.each([
    ['is UNSET at first', [], { code: UNSET }],
    ['takes an error with its message', [{ code: ERROR, message: 'm' }], { code: ERROR, message: 'm' }],
    [
      'takes the latest error',
      [
        { code: ERROR, message: 'm' },
        { code: ERROR, message: 'n' },
      ],
      { code: ERROR, message: 'n' },
    ],
    ['replaces an error by OK', [{ code: ERROR, message: 'm' }, { code: OK }], { code: OK }],
    ['never replaces OK', [{ code: OK }, { code: ERROR, message: 'm' }, { code: UNSET }], { code: OK }],
    ['ignores UNSET', [{ code: ERROR }, { code: UNSET }], { code: ERROR }],
    ['drops the message of OK', [{ code: OK, message: 'm' }], { code: OK }],
    ['drops a message that is not text', [{ code: ERROR, message: 7 as unknown as string }], { code: ERROR }],
    ['ignores unknown codes', [{ code: 9 as SpanStatusCode }], { code: UNSET }],
  ])('%s', (_, statuses, expected) => {
    const span = createTestEngine().tracer.startSpan('a');
    for (const status of statuses) span.setStatus(status);
    expect(readable(span).status).toEqual(expected);
  });
});

describe('Span: UpdateName, End', () => {
  it('changes the name', () => {
    const span = createTestEngine().tracer.startSpan('a').updateName('b');
    expect(readable(span).name).toBe('b');
  });

  it('ends once, by end() or by `using`, and then goes to the processors', () => {
    const { tracer, collected, clock } = createTestEngine();
    const span = tracer.startSpanIn(
      'a',
      SpanKind.CLIENT,
      undefined,
      undefined,
      undefined,
      false,
      ROOT_CONTEXT,
    );
    clock.advance(2);
    span[Symbol.dispose]();
    clock.advance(2);
    span[Symbol.dispose]();
    span.end();
    expect(collected.ended).toEqual([span]);
    expect(collected.ended[0]!.duration).toEqual([0, 2_000_000]);
    expect(collected.ended[0]!.ended).toBe(true);
  });

  it('ends neither its children nor the trace in its context', () => {
    const { tracer } = createTestEngine();
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child', {}, contextWith(parent));
    parent.end();
    expect(child.isRecording()).toBe(true);
    const late = tracer.startSpan('late', {}, contextWith(parent));
    expect(late.spanContext().traceId).toBe(parent.spanContext().traceId);
  });

  it('ignores and counts all later calls, and reports the first', () => {
    const { tracer, provider, captured } = createTestEngine();
    const span = tracer.startSpan('a');
    span.end();
    const before = JSON.stringify([
      readable(span).attributes,
      readable(span).events,
      readable(span).links,
      readable(span).status,
    ]);
    span.setAttribute('a', 1).setAttributes({ a: 1 }).addEvent('e').addLink({ context: other }).addLinks([]);
    span.setStatus({ code: SpanStatusCode.ERROR }).updateName('b').recordException('x');
    span.end();
    expect(
      JSON.stringify([
        readable(span).attributes,
        readable(span).events,
        readable(span).links,
        readable(span).status,
      ]),
    ).toBe(before);
    expect(readable(span).name).toBe('a');
    expect(provider.lateCalls).toBe(9);
    expect(captured.map(({ level, code }) => [level, code])).toEqual([['debug', 'call_after_end']]);
  });
});
