import { resourceFromAttributes } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rememberNested } from '../../../src/spans/nested-attributes.js';
import { TRUNCATION_MARK, createSpanLimiter, type BackendLimits } from '../../../src/exporters/span-limiter.js';
import { encodeSpans } from '../../support/encode-spans.js';
import { anySpan, decodeRequest, makeSpan } from '../../support/spans.js';

describe('limitSpan', () => {
  it('gives a span within the limit back as it is', () => {
    const span = makeSpan({
      attributes: { text: 'x'.repeat(10), list: ['a', 'b'], number: 1 },
      status: { code: 2, message: 'no' },
      events: [{ name: 'event', time: [0, 0], attributes: { text: 'x' } }],
    });
    const limit = {
      maxAttributes: 3,
      maxValueLength: 10,
      maxKeyLength: 6,
      maxNameLength: 12,
      maxArrayLength: 2,
    };
    expect(createSpanLimiter(limit)(span)).toBe(span);
    expect(createSpanLimiter({ ...limit, unit: 'bytes' })(span)).toBe(span);
  });

  it('cuts a text with a mark, and does not touch the span itself', () => {
    const attributes = { text: 'x'.repeat(100) };
    const span = makeSpan({ attributes });
    expect(createSpanLimiter({ maxValueLength: 20 })(span).attributes).toEqual({
      text: `${'x'.repeat(8)}${TRUNCATION_MARK}`,
    });
    expect(span.attributes['text']).toHaveLength(100);
  });

  it('cuts names, keys, status, events, links and the members of arrays', () => {
    const long = 'y'.repeat(40);
    const cut = `${'y'.repeat(8)}${TRUNCATION_MARK}`;
    const { attributes, events, links, name, status } = createSpanLimiter({
      maxNameLength: 20,
      maxKeyLength: 20,
      maxValueLength: 20,
    })(
      makeSpan({
        name: long,
        status: { code: 2, message: long },
        attributes: { [long]: 1, list: ['a', long] },
        events: [{ name: long, time: [1, 2], attributes: { text: long } }],
        links: [{ context: makeSpan().spanContext(), attributes: { text: long } }],
      }),
    );
    expect({ name, message: status.message }).toEqual({ name: cut, message: cut });
    expect(attributes).toEqual({ [cut]: 1, list: ['a', cut] });
    expect(events).toMatchObject([{ name: cut, time: [1, 2], attributes: { text: cut } }]);
    expect(links).toMatchObject([{ attributes: { text: cut } }]);
  });

  it('cuts the texts and keys of a resource, and drops none of it', () => {
    const { resource } = createSpanLimiter({ maxValueLength: 20, maxKeyLength: 20, maxAttributes: 1 });
    const within = { 'service.name': 'orders', 'host.name': 'a' };
    expect(resource(within)).toBe(within);
    const given = {
      ...within,
      'process.command_args': ['node', 'y'.repeat(40)],
      ['k'.repeat(40)]: 'z'.repeat(40),
    };
    const cut = (letter: string) => `${letter.repeat(8)}${TRUNCATION_MARK}`;
    expect(resource(given)).toEqual({
      ...within,
      'process.command_args': ['node', cut('y')],
      [cut('k')]: cut('z'),
    });
  });

  it('reaches the bytes of a resource, also of one that others send as it is', () => {
    const cut = createSpanLimiter({ maxValueLength: 16 }).resource;
    const owner = resourceFromAttributes({ 'service.name': 'a service with a long name' });
    const nameIn = (bytes: Uint8Array): unknown => {
      const text = JSON.stringify(decodeRequest(bytes));
      return /"service\.name".*?"stringValue":"([^"]*)"/.exec(text)?.[1];
    };
    const spans = [makeSpan({ resource: owner })];
    expect(nameIn(encodeSpans(spans, cut))).toBe(`a se${TRUNCATION_MARK}`);
    expect(nameIn(encodeSpans(spans))).toBe('a service with a long name');
  });

  it('cuts text that stands for an object as text, with the mark in it', () => {
    const attributes = { object: JSON.stringify({ a: 'x'.repeat(40) }) };
    rememberNested(attributes, 'object', {}, attributes.object);
    const shown = createSpanLimiter({ maxValueLength: 20 })(makeSpan({ attributes }));
    expect(shown.attributes['object']).toBe(`${attributes.object.slice(0, 8)}${TRUNCATION_MARK}`);
  });

  it('drops what is over the count, the last first, and counts it with what was dropped before', () => {
    const shape = createSpanLimiter({ maxAttributes: 2 });
    const shown = shape(makeSpan({ attributes: { a: 1, b: 2, c: 3, d: 4 }, droppedAttributesCount: 5 }));
    expect(shown.attributes).toEqual({ a: 1, b: 2 });
    expect(shown.droppedAttributesCount).toBe(7);
  });

  it('keeps the first of two keys that are the same once they are cut', () => {
    const shape = createSpanLimiter({ maxKeyLength: 15 });
    const shown = shape(makeSpan({ attributes: { 'same-beginning-1': 1, 'same-beginning-2': 2 } }));
    expect(shown.attributes).toEqual({ [`sam${TRUNCATION_MARK}`]: 1 });
    expect(shown.droppedAttributesCount).toBe(1);
  });

  it('shortens arrays; those of texts say so', () => {
    const shape = createSpanLimiter({ maxArrayLength: 3 });
    const { attributes } = shape(
      makeSpan({ attributes: { texts: ['a', 'b', 'c', 'd'], numbers: [1, 2, 3, 4] } }),
    );
    expect(attributes).toEqual({ texts: ['a', 'b', TRUNCATION_MARK], numbers: [1, 2, 3] });
  });

  it('counts bytes where the backend does, and cuts no code point in two', () => {
    const emoji = '😀'.repeat(20);
    const text = createSpanLimiter({ maxValueLength: 30, unit: 'bytes' })(makeSpan({ attributes: { emoji } }))
      .attributes['emoji'];
    expect(text).toBe(`😀😀😀😀${TRUNCATION_MARK}`);
    expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(30);
    expect(createSpanLimiter({ maxValueLength: 15 })(makeSpan({ attributes: { emoji } })).attributes).toEqual({
      emoji: `😀${TRUNCATION_MARK}`,
    });
  });

  it('keeps objects as objects where they are not cut', () => {
    const attributes = { object: '{"a":1}', text: 'x'.repeat(99) };
    rememberNested(attributes, 'object', { a: 1 }, attributes.object);
    const shown = createSpanLimiter({ maxValueLength: 30 })(makeSpan({ attributes }));
    expect(Object.getOwnPropertySymbols(shown.attributes)).toEqual(Object.getOwnPropertySymbols(attributes));
  });

  it('brings spans of every shape within the limit, and to the same when it is applied again', () => {
    const limit: fc.Arbitrary<BackendLimits> = fc.record({
      maxAttributes: fc.integer({ min: 0, max: 5 }),
      maxValueLength: fc.integer({ min: 20, max: 200 }),
      maxKeyLength: fc.integer({ min: 20, max: 60 }),
      maxNameLength: fc.integer({ min: 20, max: 60 }),
      maxArrayLength: fc.integer({ min: 1, max: 4 }),
      unit: fc.constantFrom('characters', 'bytes'),
    });
    fc.assert(
      fc.property(anySpan, limit, (span, each) => {
        const shape = createSpanLimiter(each);
        const once = shape(span);
        expect(Object.keys(once.attributes).length).toBeLessThanOrEqual(each.maxAttributes ?? 0);
        // Within the limit: the shape has nothing left to do.
        expect(shape(once)).toBe(once);
      }),
    );
  });
});
