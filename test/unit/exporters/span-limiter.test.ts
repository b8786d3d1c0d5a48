import { resourceFromAttributes } from '@opentelemetry/resources';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rememberNested } from '../../../src/spans/nested-attributes.js';
import {
  TRUNCATION_MARK,
  createSpanLimiter,
  type BackendLimits,
} from '../../../src/exporters/span-limiter.js';
import { encodeSpans } from '../../support/encode-spans.js';
import { anySpan, decodeRequest, makeSpan } from '../../support/spans.js';

describe('createSpanLimiter', () => {
  it('returns a span within the limits unchanged', () => {
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

  it('truncates text with a mark, and does not change the span itself', () => {
    const attributes = { text: 'x'.repeat(100) };
    const span = makeSpan({ attributes });
    expect(createSpanLimiter({ maxValueLength: 20 })(span).attributes).toEqual({
      text: `${'x'.repeat(8)}${TRUNCATION_MARK}`,
    });
    expect(span.attributes['text']).toHaveLength(100);
  });

  it('truncates names, keys, status, events, links and the members of arrays', () => {
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

  it('truncates the text and keys of a resource, and drops no attribute', () => {
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

  it('limits the encoded resource, but not for other destinations', () => {
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

  it('truncates text that represents an object as text, with the mark', () => {
    const attributes = { object: JSON.stringify({ a: 'x'.repeat(40) }) };
    rememberNested(attributes, 'object', {}, attributes.object);
    const shown = createSpanLimiter({ maxValueLength: 20 })(makeSpan({ attributes }));
    expect(shown.attributes['object']).toBe(`${attributes.object.slice(0, 8)}${TRUNCATION_MARK}`);
  });

  it('drops the last attributes above the number, and adds them to the dropped count', () => {
    const shape = createSpanLimiter({ maxAttributes: 2 });
    const shown = shape(makeSpan({ attributes: { a: 1, b: 2, c: 3, d: 4 }, droppedAttributesCount: 5 }));
    expect(shown.attributes).toEqual({ a: 1, b: 2 });
    expect(shown.droppedAttributesCount).toBe(7);
  });

  it('keeps the first of two keys that are equal after truncation', () => {
    const shape = createSpanLimiter({ maxKeyLength: 15 });
    const shown = shape(makeSpan({ attributes: { 'same-beginning-1': 1, 'same-beginning-2': 2 } }));
    expect(shown.attributes).toEqual({ [`sam${TRUNCATION_MARK}`]: 1 });
    expect(shown.droppedAttributesCount).toBe(1);
  });

  it('shortens arrays, with a mark in arrays of text', () => {
    const shape = createSpanLimiter({ maxArrayLength: 3 });
    const { attributes } = shape(
      makeSpan({ attributes: { texts: ['a', 'b', 'c', 'd'], numbers: [1, 2, 3, 4] } }),
    );
    expect(attributes).toEqual({ texts: ['a', 'b', TRUNCATION_MARK], numbers: [1, 2, 3] });
  });

  it('counts bytes for a limit in bytes, and never splits a code point', () => {
    const emoji = '😀'.repeat(20);
    const text = createSpanLimiter({ maxValueLength: 30, unit: 'bytes' })(makeSpan({ attributes: { emoji } }))
      .attributes['emoji'];
    expect(text).toBe(`😀😀😀😀${TRUNCATION_MARK}`);
    expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(30);
    expect(createSpanLimiter({ maxValueLength: 15 })(makeSpan({ attributes: { emoji } })).attributes).toEqual(
      {
        emoji: `😀${TRUNCATION_MARK}`,
      },
    );
  });

  it('keeps objects that are not truncated', () => {
    const attributes = { object: '{"a":1}', text: 'x'.repeat(99) };
    rememberNested(attributes, 'object', { a: 1 }, attributes.object);
    const shown = createSpanLimiter({ maxValueLength: 30 })(makeSpan({ attributes }));
    expect(Object.getOwnPropertySymbols(shown.attributes)).toEqual(Object.getOwnPropertySymbols(attributes));
  });

  it('limits spans of every kind, and returns limited spans unchanged', () => {
    const limits: fc.Arbitrary<BackendLimits> = fc.record({
      maxAttributes: fc.integer({ min: 0, max: 5 }),
      maxValueLength: fc.integer({ min: 20, max: 200 }),
      maxKeyLength: fc.integer({ min: 20, max: 60 }),
      maxNameLength: fc.integer({ min: 20, max: 60 }),
      maxArrayLength: fc.integer({ min: 1, max: 4 }),
      unit: fc.constantFrom('characters', 'bytes'),
    });
    fc.assert(
      fc.property(anySpan, limits, (span, each) => {
        const shape = createSpanLimiter(each);
        const once = shape(span);
        expect(Object.keys(once.attributes).length).toBeLessThanOrEqual(each.maxAttributes ?? 0);
        expect(shape(once)).toBe(once);
      }),
    );
  });
});
