// Trace SDK, "Span Limits": https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits

import { type Span as ApiSpan, TraceFlags } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import {
  appendWithinLimit,
  copyLimitedAttributes,
  resolveSpanLimits,
  sanitizeValue,
} from '../../../src/engine/span-limits.js';
import { createTestEngine } from '../../support/engine-fixture.js';

const other = {
  traceId: 'e4cda95b652f4a1592b449d5929fda1b',
  spanId: '7e0c63257de34c92',
  traceFlags: TraceFlags.SAMPLED,
};
const readable = (span: ApiSpan): Span => span as Span;

describe('the limits of a span', () => {
  const spanLimits = {
    attributeCountLimit: 2,
    attributeValueLengthLimit: 3,
    eventCountLimit: 2,
    linkCountLimit: 2,
    attributePerEventCountLimit: 1,
    attributePerLinkCountLimit: 1,
  };

  it('drop and count attributes beyond the count, and allow new values of present keys', () => {
    const span = readable(
      createTestEngine({ spanLimits }).tracer.startSpan('a', { attributes: { a: 1, b: 2, c: 3 } }),
    );
    span.setAttribute('d', 4).setAttribute('a', 5);
    expect(span.attributes).toEqual({ a: 5, b: 2 });
    expect(span.droppedAttributesCount).toBe(2);
  });

  it('cut the texts of attributes, also in arrays, events and links, and nothing else', () => {
    const span = readable(createTestEngine({ spanLimits }).tracer.startSpan('a'));
    span.setAttribute('s', 'abcdef').setAttribute('l', ['abcdef', 'a']);
    span.addEvent('abcdef', { s: 'abcdef' }).addLink({ context: other, attributes: { n: 123_456 } });
    expect(span.attributes).toEqual({ s: 'abc', l: ['abc', 'a'] });
    expect(span.events[0]).toMatchObject({ name: 'abcdef', attributes: { s: 'abc' } });
    expect(span.links[0]!.attributes).toEqual({ n: 123_456 });
  });

  it('keep the latest events and links, and count the others and their attributes', () => {
    const span = readable(createTestEngine({ spanLimits }).tracer.startSpan('a'));
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
      createTestEngine({ spanLimits: zero }).tracer.startSpan('a', {
        attributes: { a: 1 },
        links: [{ context: other }],
      }),
    );
    span.addEvent('e');
    expect([span.attributes, span.events, span.links]).toEqual([{}, [], []]);
    expect([span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount]).toEqual([1, 1, 1]);
  });

  it('cut texts by UTF-16 code units', () => {
    const span = readable(createTestEngine({ spanLimits }).tracer.startSpan('a'));
    span.setAttribute('s', '\ud83d\ude00\ud83d\ude00');
    expect(span.attributes.s).toBe('\ud83d\ude00\ud83d');
  });
});

describe('resolveSpanLimits', () => {
  it('fills in 128 for counts and no limit for lengths', () => {
    expect(resolveSpanLimits({ linkCountLimit: 0 })).toEqual({
      attributeValueLengthLimit: Number.POSITIVE_INFINITY,
      attributeCountLimit: 128,
      linkCountLimit: 0,
      eventCountLimit: 128,
      attributePerEventCountLimit: 128,
      attributePerLinkCountLimit: 128,
    });
    expect(resolveSpanLimits({ attributeValueLengthLimit: 0 }).attributeValueLengthLimit).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(resolveSpanLimits({ attributeValueLengthLimit: 7 }).attributeValueLengthLimit).toBe(7);
  });
});

describe('sanitizeValue', () => {
  it('cuts the text of an object after its conversion', () => {
    expect(sanitizeValue({ a: 'long' }, 5)).toBe('{"a":');
    expect(sanitizeValue(Symbol('x'), 5)).toBeUndefined();
    expect(sanitizeValue(123_456, 2)).toBe(123_456);
  });
});

describe('copyLimitedAttributes', () => {
  it('returns the number beyond the limit and reports keys without a recordable value', () => {
    const target = {};
    const dropped: string[] = [];
    const source = { a: 1, gone: null, bad: () => 1, '': 'x', b: 2, c: 3 };
    expect(copyLimitedAttributes(target, source, 2, 10, key => dropped.push(key))).toBe(1);
    expect(target).toEqual({ a: 1, b: 2 });
    expect(dropped).toEqual(['bad', '']);
  });

  it('keeps the attributes that were read before a getter throws', () => {
    const target = {};
    const dropped: string[] = [];
    const source = {
      a: 1,
      get b(): never {
        throw new Error('no');
      },
      c: 3,
    };
    expect(copyLimitedAttributes(target, source, 9, 9, key => dropped.push(key))).toBe(0);
    expect([target, dropped]).toEqual([{ a: 1 }, ['b']]);
  });
});

describe('appendWithinLimit', () => {
  it('removes the oldest item of a full list, and appends nothing to a list of length 0', () => {
    const list = [1];
    expect(appendWithinLimit(list, 2, 2)).toBe(false);
    expect(appendWithinLimit(list, 3, 2)).toBe(true);
    expect(list).toEqual([2, 3]);
    const none: number[] = [];
    expect([appendWithinLimit(none, 1, 0), none]).toEqual([true, []]);
  });
});
