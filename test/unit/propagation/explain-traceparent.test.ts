import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainInvalidTraceparent } from '../../../src/propagation/explain-traceparent.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';

describe('explainInvalidTraceparent', () => {
  it.each([
    ['', 'it is not of the form version-traceid-parentid-flags'],
    ['x'.repeat(100_000), 'it is not of the form version-traceid-parentid-flags'],
    [`0-${TRACE_ID}-${PARENT_ID}-01`, 'the version is not two lower-case hex digits'],
    [`0A-${TRACE_ID}-${PARENT_ID}-01`, 'the version is not two lower-case hex digits'],
    [`ff-${TRACE_ID}-${PARENT_ID}-01`, 'version ff is forbidden'],
    [`00-${TRACE_ID.toUpperCase()}-${PARENT_ID}-01`, 'the trace id is not 32 lower-case hex digits'],
    [`00-${'0'.repeat(32)}-${PARENT_ID}-01`, 'the trace id is all zeros'],
    [`00-${TRACE_ID}-1-01`, 'the parent id is not 16 lower-case hex digits'],
    [`00-${TRACE_ID}-${'0'.repeat(16)}-01`, 'the parent id is all zeros'],
    [`00-${TRACE_ID}-${PARENT_ID}-1`, 'the flags are not two lower-case hex digits'],
    [`00-${TRACE_ID}-${PARENT_ID}-01-more`, 'version 00 has no fields after the flags'],
    [`\u00a000-${TRACE_ID}-${PARENT_ID}-01`, 'the version is not two lower-case hex digits'],
  ])('explains %.60j: %s', (text, reason) => {
    expect(explainInvalidTraceparent(text)).toBe(reason);
  });

  it('gives a reason for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), text => {
        expect(explainInvalidTraceparent(text)).not.toBe('');
      }),
    );
  });
});
