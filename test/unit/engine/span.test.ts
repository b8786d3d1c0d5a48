// Trace API, "Span operations" and "Span lifetime"; Trace SDK, "Additional Span interfaces" and "Span Limits".

import {
  type Link,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { inside, ns, setup } from '../../support/engine-fixture.js';

const other = {
  traceId: 'e4cda95b652f4a1592b449d5929fda1b',
  spanId: '7e0c63257de34c92',
  traceFlags: TraceFlags.SAMPLED,
};
const readable = (span: ApiSpan): Span => span as Span;

describe('Span: Get Context, IsRecording', () => {
  it('gives the same context for the whole life of the span, and after it', () => {
    const span = setup().tracer.startSpan('a');
    const context = span.spanContext();
    span.end();
    expect(span.spanContext()).toBe(context);
  });

  it('records until it has ended', () => {
    const span = setup().tracer.startSpan('a');
    expect(span.isRecording()).toBe(true);
    span.end();
    expect(span.isRecording()).toBe(false);
  });
});

describe('Span: Set Attributes', () => {
  it('keeps what was set last for a key', () => {
    const span = setup().tracer.startSpan('a', { attributes: { a: 1, b: 'x' } });
    span.setAttribute('a', 2).setAttributes({ c: [true], b: 'y' });
    expect(readable(span).attributes).toEqual({ a: 2, b: 'y', c: [true] });
  });

  it('names each attribute that it cannot keep, once', () => {
    const { tracer, said } = setup();
    const span = tracer.startSpan('a', { attributes: { fn: (() => 1) as unknown as string } });
    span.setAttribute('fn', Symbol('x') as unknown as string).setAttribute('', 'x');
    expect(readable(span).attributes).toEqual({});
    expect(said.filter(one => one.includes("'fn'"))).toHaveLength(1);
    expect(said.filter(one => one.includes('without a name'))).toHaveLength(1);
  });
});

describe('Span: Add Events', () => {
  it('takes a name, attributes and a time, in each of the API’s call forms', () => {
    const { tracer, clock } = setup();
    const span = tracer.startSpan('a');
    clock.pass(1.5);
    span
      .addEvent('now')
      .addEvent('with', { a: 1 })
      .addEvent('at', { a: 1 }, [7, 8])
      .addEvent('only at', [9, 10]);
    const start = ns(readable(span).startTime);
    expect(readable(span).events).toEqual([
      { name: 'now', attributes: {}, time: expect.any(Array), droppedAttributesCount: 0 },
      { name: 'with', attributes: { a: 1 }, time: expect.any(Array), droppedAttributesCount: 0 },
      { name: 'at', attributes: { a: 1 }, time: [7, 8], droppedAttributesCount: 0 },
      { name: 'only at', attributes: {}, time: [9, 10], droppedAttributesCount: 0 },
    ]);
    expect(ns(readable(span).events[0]!.time) - start).toBe(1_500_000n);
  });

  it('keeps the order in which they were added', () => {
    const span = setup().tracer.startSpan('a');
    span.addEvent('late', undefined, [2, 0]).addEvent('early', undefined, [1, 0]);
    expect(readable(span).events.map(event => event.name)).toEqual(['late', 'early']);
  });
});

describe('Span: Add Link', () => {
  it('takes links at the start and later, with and without attributes', () => {
    const span = setup().tracer.startSpan('a', { links: [{ context: other, attributes: { a: 1 } }] });
    span
      .addLink({ context: other })
      .addLinks([{ context: other, attributes: { d: new Date(0) as unknown as string } }]);
    expect(readable(span).links).toEqual([
      { context: other, attributes: { a: 1 } },
      { context: other },
      { context: other, attributes: { d: '1970-01-01T00:00:00.000Z' } },
    ]);
  });

  it('keeps links to contexts without valid ids, and drops what is no link', () => {
    const span = setup().tracer.startSpan('a');
    const invalid = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    span.addLinks([{ context: invalid }, null, {}, { context: 'x' }] as unknown as Link[]);
    expect(readable(span).links).toEqual([{ context: invalid }]);
  });
});

describe('Span: Set Status', () => {
  const { UNSET, OK, ERROR } = SpanStatusCode;
  it.each([
    ['is unset at first', [], { code: UNSET }],
    ['takes an error with its message', [{ code: ERROR, message: 'm' }], { code: ERROR, message: 'm' }],
    [
      'takes the latest error',
      [
        { code: ERROR, message: 'm' },
        { code: ERROR, message: 'n' },
      ],
      { code: ERROR, message: 'n' },
    ],
    ['lets OK replace an error', [{ code: ERROR, message: 'm' }, { code: OK }], { code: OK }],
    [
      'keeps OK against everything',
      [{ code: OK }, { code: ERROR, message: 'm' }, { code: UNSET }],
      { code: OK },
    ],
    ['ignores UNSET', [{ code: ERROR }, { code: UNSET }], { code: ERROR }],
    ['drops the message of OK', [{ code: OK, message: 'm' }], { code: OK }],
    ['drops a message that is no text', [{ code: ERROR, message: 7 as unknown as string }], { code: ERROR }],
    ['ignores codes that are none', [{ code: 9 as SpanStatusCode }], { code: UNSET }],
  ])('%s', (_, statuses, expected) => {
    const span = setup().tracer.startSpan('a');
    for (const status of statuses) span.setStatus(status);
    expect(readable(span).status).toEqual(expected);
  });
});

describe('Span: UpdateName, End', () => {
  it('has the name it was given last', () => {
    const span = setup().tracer.startSpan('a').updateName('b');
    expect(readable(span).name).toBe('b');
  });

  it('ends once, by `end` or by `using`, and is then handed to the processors', () => {
    const { tracer, keeper, clock } = setup();
    const span = tracer.startSpanIn(
      'a',
      SpanKind.CLIENT,
      undefined,
      undefined,
      undefined,
      false,
      ROOT_CONTEXT,
    );
    clock.pass(2);
    span[Symbol.dispose]();
    clock.pass(2);
    span[Symbol.dispose]();
    span.end();
    expect(keeper.ended).toEqual([span]);
    expect(keeper.ended[0]!.duration).toEqual([0, 2_000_000]);
    expect(keeper.ended[0]!.ended).toBe(true);
  });

  it('ends neither its children nor its place in the context', () => {
    const { tracer } = setup();
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child', {}, inside(parent));
    parent.end();
    expect(child.isRecording()).toBe(true);
    const late = tracer.startSpan('late', {}, inside(parent));
    expect(late.spanContext().traceId).toBe(parent.spanContext().traceId);
  });

  it('ignores all further calls, counts them, and says so in one debug line', () => {
    const { tracer, provider, said } = setup();
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
    expect(said).toEqual([expect.stringMatching(/^debug: .*after its end/)]);
  });
});

describe('Span limits', () => {
  const spanLimits = {
    attributeCountLimit: 2,
    attributeValueLengthLimit: 3,
    eventCountLimit: 2,
    linkCountLimit: 2,
    attributePerEventCountLimit: 1,
    attributePerLinkCountLimit: 1,
  };

  it('drop attributes beyond the count, count them, and still take new values for old keys', () => {
    const span = readable(setup({ spanLimits }).tracer.startSpan('a', { attributes: { a: 1, b: 2, c: 3 } }));
    span.setAttribute('d', 4).setAttribute('a', 5);
    expect(span.attributes).toEqual({ a: 5, b: 2 });
    expect(span.droppedAttributesCount).toBe(2);
  });

  it('cut texts, in lists, events and links too, and nothing else', () => {
    const span = readable(setup({ spanLimits }).tracer.startSpan('a'));
    span.setAttribute('s', 'abcdef').setAttribute('l', ['abcdef', 'a']);
    span.addEvent('abcdef', { s: 'abcdef' }).addLink({ context: other, attributes: { n: 123_456 } });
    expect(span.attributes).toEqual({ s: 'abc', l: ['abc', 'a'] });
    expect(span.events[0]).toMatchObject({ name: 'abcdef', attributes: { s: 'abc' } });
    expect(span.links[0]!.attributes).toEqual({ n: 123_456 });
  });

  it('keep the latest events and links, and count the rest, their attributes too', () => {
    const span = readable(setup({ spanLimits }).tracer.startSpan('a'));
    for (let i = 0; i < 5; i++) {
      span.addEvent(`e${i}`, { a: 1, b: 2 });
      span.addLink({ context: other, attributes: { a: i, b: 2 } });
    }
    expect(span.events.map(event => event.name)).toEqual(['e3', 'e4']);
    expect(span.events[0]).toMatchObject({ attributes: { a: 1 }, droppedAttributesCount: 1 });
    expect(span.links).toEqual(
      [3, 4].map(a => ({ context: other, attributes: { a }, droppedAttributesCount: 1 })),
    );
    expect([span.droppedEventsCount, span.droppedLinksCount]).toEqual([3, 3]);
  });

  it('of zero keep nothing', () => {
    const zero = { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 };
    const span = readable(
      setup({ spanLimits: zero }).tracer.startSpan('a', {
        attributes: { a: 1 },
        links: [{ context: other }],
      }),
    );
    span.addEvent('e');
    expect([span.attributes, span.events, span.links]).toEqual([{}, [], []]);
    expect([span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount]).toEqual([1, 1, 1]);
  });

  it('do not keep the rest of a cut text alive', () => {
    const span = readable(setup({ spanLimits }).tracer.startSpan('a'));
    span.setAttribute('s', '\ud83d\ude00\ud83d\ude00');
    expect(span.attributes.s).toBe('\ud83d\ude00\ud83d');
  });
});

describe('Span: the first span of this process', () => {
  it('is known to every span of the trace, also behind a remote parent', () => {
    const { tracer } = setup();
    const remote = trace.setSpanContext(ROOT_CONTEXT, { ...other, isRemote: true });
    const root = tracer.startSpanIn('root', undefined, undefined, undefined, undefined, undefined, remote);
    const child = tracer.startSpanIn(
      'child',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      inside(root),
    );
    expect([root.localRoot, child.localRoot]).toEqual([root, root]);
  });

  it('is known by its ids once it has ended', () => {
    const { tracer } = setup();
    const root = tracer.startSpanIn(
      'root',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      ROOT_CONTEXT,
    );
    const child = tracer.startSpanIn(
      'child',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      inside(root),
    );
    root.end();
    expect(child.localRoot).not.toBe(root);
    expect(child.localRoot!.spanContext()).toBe(root.spanContext());
    expect(child.localRoot!.isRecording()).toBe(false);
  });
});
