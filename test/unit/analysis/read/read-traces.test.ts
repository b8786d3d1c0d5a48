import { describe, expect, test } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { TRACE_ID } from '../../../support/flat-spans.js';
import { encodeRequest, readFixture } from '../../../support/otlp-requests.js';

const official = readFixture('official-example-trace.json');

describe('the official example', () => {
  test.each<[string, string | Uint8Array | object]>([
    ['text', official],
    ['bytes of text', Buffer.from(official)],
    ['text with a byte order mark', `\uFEFF${official}`],
    ['a JSON line', JSON.stringify(JSON.parse(official))],
    ['a parsed value', JSON.parse(official) as object],
    ['protobuf', encodeRequest(JSON.parse(official) as object)],
  ])('reads the same as %s', (_, input) => {
    const [trace, ...others] = readTraces(input);
    expect(others).toEqual([]);
    expect(trace).toMatchObject({
      traceId: TRACE_ID,
      epochNs: 1_544_712_660_000_000_000n,
      services: ['my.service'],
      problems: [{ code: 'missing_parent', spanId: 'eee19b7ec3c1b174' }],
    });
    expect(trace?.roots).toEqual([
      {
        spanId: 'eee19b7ec3c1b174',
        parentSpanId: 'eee19b7ec3c1b173',
        name: "I'm a server span",
        service: 'my.service',
        kind: 'server',
        start: 0,
        end: 1_000_000_000,
        status: { code: 'unset' },
        attributes: { 'my.span.attr': 'some value' },
        events: [],
        links: [],
        children: [],
      },
    ]);
  });
});
