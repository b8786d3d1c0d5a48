import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFoldedFields } from '../../../../src/propagation/carriers/folded-fields.js';

describe('parseFoldedFields', () => {
  it('reads a JSON object of headers', () => {
    expect(parseFoldedFields(' {"traceparent":"00-…","baggage":"a=1"}')).toEqual({
      traceparent: '00-…',
      baggage: 'a=1',
    });
  });

  it('reads text of another form as a traceparent', () => {
    expect(parseFoldedFields('00-…')).toEqual({ traceparent: '00-…' });
    expect(parseFoldedFields('[1]')).toEqual({ traceparent: '[1]' });
  });

  it('reads text of 64 KiB, and nothing longer', () => {
    const longest = `{"a":"${'x'.repeat(65_536 - 8)}"}`;
    expect(longest).toHaveLength(65_536);
    expect(Object.keys(parseFoldedFields(longest))).toEqual(['a']);
    expect(parseFoldedFields(`${longest} `)).toEqual({});
  });

  it.each([
    ['absent text', undefined],
    ['damaged JSON', '{"traceparent":'],
    ['more than 64 KiB', `{"traceparent":"${'x'.repeat(65_536)}"}`],
  ])('has no fields for %s', (_name, text) => {
    expect(parseFoldedFields(text)).toEqual({});
  });

  it('returns the fields of any JSON object, and never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fields => {
        expect(parseFoldedFields(JSON.stringify(fields))).toEqual({ ...fields });
      }),
    );
    fc.assert(fc.property(fc.string(), text => void parseFoldedFields(`{${text}`)));
  });
});
