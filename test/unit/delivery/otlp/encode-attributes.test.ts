import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeAttributes } from '../../../../src/delivery/otlp/encode-attributes.js';
import { rememberNested } from '../../../../src/spans/nested-attributes.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { decodeRequest, makeSpan } from '../../../support/spans.js';
import { ByteWriter } from '../../../../src/protobuf/writer.js';

interface AnyValue {
  readonly value?: string;
  readonly kvlistValue?: { readonly values: readonly KeyValue[] };
  readonly [kind: string]: unknown;
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** The attributes of a span, encoded and decoded by protobufjs. */
function encodeAndDecode(attributes: Record<string, unknown>): readonly KeyValue[] {
  const request = decodeRequest(encodeSpans([makeSpan({ attributes: attributes as never })])) as {
    resourceSpans: { scopeSpans: { spans: { attributes: KeyValue[] }[] }[] }[];
  };
  return request.resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes;
}

describe('writeAttributes', () => {
  it.each([
    ['a text', 'text', { stringValue: 'text' }],
    ['a long text', 'x'.repeat(200), { stringValue: 'x'.repeat(200) }],
    ['a text that is not ASCII', 'ä€😀', { stringValue: 'ä€😀' }],
    ['an integer', 42, { intValue: '42' }],
    ['a negative integer', -42, { intValue: '-42' }],
    ['a large integer', 2 ** 40, { intValue: String(2 ** 40) }],
    ['an integer beyond 64 bits', 2 ** 63, { doubleValue: 2 ** 63 }],
    ['a double', 0.5, { doubleValue: 0.5 }],
    ['true', true, { boolValue: true }],
    ['false', false, { boolValue: false }],
    ['bytes', Uint8Array.of(1, 255), { bytesValue: 'Af8=' }],
    [
      'a list',
      ['a', 1],
      {
        arrayValue: {
          values: [
            { stringValue: 'a', value: 'stringValue' },
            { intValue: '1', value: 'intValue' },
          ],
        },
      },
    ],
  ])('writes %s', (_, value, expected) => {
    const [pair] = encodeAndDecode({ key: value });
    expect(pair?.key).toBe('key');
    expect(pair?.value).toMatchObject(expected);
  });

  it.each([undefined, null, Symbol('x'), () => 1, 10n])('writes the value %s as an empty one', value => {
    expect(encodeAndDecode({ key: value })[0]?.value.value).toBeUndefined();
  });

  it('writes objects as lists of pairs, and the text of an object as the object', () => {
    const attributes = { direct: { a: { b: 1 } }, text: '{"a":{"b":1}}', plain: '{"a":{"b":1}}' };
    rememberNested(attributes as never, 'text', { a: { b: 1 } }, attributes.text);
    const [direct, text, plain] = encodeAndDecode(attributes);
    expect(direct?.value.kvlistValue?.values[0]?.key).toBe('a');
    expect(text?.value).toEqual(direct?.value);
    expect(plain?.value).toMatchObject({ stringValue: '{"a":{"b":1}}' });
  });

  it('ends at a depth of 16, so that cycles end as well', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    let depth = 0;
    for (let value = encodeAndDecode({ cyclic })[0]?.value; value?.kvlistValue !== undefined; depth++) {
      value = value.kvlistValue.values[0]?.value;
    }
    expect(depth).toBe(16);
  });

  it('writes own keys only', () => {
    const attributes = Object.create({ inherited: 1 }) as Record<string, unknown>;
    attributes['own'] = 2;
    expect(encodeAndDecode(attributes).map(({ key }) => key)).toEqual(['own']);
  });

  it('writes nothing for no attributes, whatever the tag', () => {
    fc.assert(
      fc.property(fc.nat(0x7f), tag => {
        const writer = new ByteWriter(1_000);
        writeAttributes(writer, {}, tag);
        expect(writer.pos).toBe(0);
      }),
    );
  });
});
