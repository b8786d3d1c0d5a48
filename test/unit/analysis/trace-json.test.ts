import { describe, expect, test } from 'vitest';
import { traceJson } from '../../../src/analysis/trace-json.js';
import { summarize } from '../../../src/analysis/trace-summary.js';
import { treeRows } from '../../../src/analysis/tree-rows.js';
import { buildTrace, flatSpan, shopSpans, spanIdOf } from '../../support/flat-spans.js';

describe('a trace as JSON', () => {
  test('has the numbers of the printed rows and survives JSON', () => {
    const trace = buildTrace(shopSpans);
    const json = traceJson(trace);
    expect(json).toMatchObject({
      schema: 1,
      ...summarize(trace),
      spanCount: 4,
      errorCount: 2,
      durationNs: 1.24e9,
      startUnixNano: '0',
    });
    expect(json.spans).toEqual(treeRows(trace).map(row => expect.objectContaining({ ...row }) as unknown));
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  test('converts values that JSON cannot represent', () => {
    const attributes = {
      big: 2n ** 60n,
      bytes: Uint8Array.of(1, 2, 3),
      nan: Number.NaN,
      list: [1n, null],
      map: { a: -Infinity },
    };
    const [span] = traceJson(buildTrace([flatSpan(1, undefined, 0, 1, { attributes })])).spans;
    expect(span?.attributes).toEqual({
      big: '1152921504606846976',
      bytes: 'AQID',
      nan: 'NaN',
      list: ['1', null],
      map: { a: '-Infinity' },
    });
  });

  test('has events and links with their attributes', () => {
    const link = { traceId: 'a'.repeat(32), spanId: spanIdOf(9), attributes: { big: 2n } };
    const event = { name: 'retry', timeNs: 3_000_000n, attributes: { attempt: 2 } };
    const [span] = traceJson(
      buildTrace([flatSpan(1, undefined, 1, 5, { events: [event], links: [link] })]),
    ).spans;
    expect(span?.events).toEqual([{ name: 'retry', timeNs: 2e6, attributes: { attempt: 2 } }]);
    expect(span?.links).toEqual([{ ...link, attributes: { big: '2' } }]);
  });
});
