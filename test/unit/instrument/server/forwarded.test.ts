import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForwarded } from '../../../../src/instrument/server/forwarded.js';

describe('parseForwarded', () => {
  it('reads the elements in their order, with names in lower case', () => {
    expect(parseForwarded('For=192.0.2.60;PROTO=https;host=shop.example , for="[2001:db8::1]:4711"')).toEqual(
      [{ for: '192.0.2.60', proto: 'https', host: 'shop.example' }, { for: '[2001:db8::1]:4711' }],
    );
  });

  it('removes the escapes of a quoted value', () => {
    expect(parseForwarded('by="a\\"b\\\\c"')).toEqual([{ by: 'a"b\\c' }]);
    expect(parseForwarded('by=""')).toEqual([{ by: '' }]);
  });

  it.each(['', 'for', 'for=', 'for=a;', 'for=a,', 'for=a b', 'for="a', 'for=[::1]', '=a', 'for=a;;by=b'])(
    'has no elements for %j, which violates the grammar',
    header => {
      expect(parseForwarded(header)).toEqual([]);
    },
  );

  it('reads quoted values of any text without control characters', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { minLength: 1, maxLength: 4 }), values => {
        const header = values.map(value => `for="${value.replace(/["\\]/g, '\\$&')}"`).join(', ');
        expect(parseForwarded(header)).toEqual(values.map(value => ({ for: value })));
      }),
    );
  });

  it('returns for any text, also right after a header that violates the grammar', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        parseForwarded(text);
        expect(parseForwarded('for=a')).toEqual([{ for: 'a' }]);
      }),
    );
  });
});
