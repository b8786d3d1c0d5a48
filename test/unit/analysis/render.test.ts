import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildTraces,
  type FlatSpan,
  formatDuration,
  renderTree,
  summarize,
  type Trace,
  traceJson,
  treeRows,
} from '../../../src/analysis/index.js';
import { displayWidth } from '../../../src/analysis/terminal-text.js';
import { flat, id } from '../../support/otlp-requests.js';

function build(spans: readonly FlatSpan[]): Trace {
  const [trace] = buildTraces(spans);
  if (trace === undefined) throw new Error('no trace');
  return trace;
}

const exception = (type: string, message: string): Pick<FlatSpan, 'status' | 'events'> => ({
  status: { code: 'error', message },
  events: [
    { name: 'exception', timeNs: 0n, attributes: { 'exception.type': type, 'exception.message': message } },
  ],
});

const shop = [
  flat(1, undefined, 0, 1_240, {
    service: 'gateway',
    name: 'POST /orders',
    status: { code: 'error', message: 'no answer' },
  }),
  flat(2, 1, 20, 32, { service: 'inventory', name: 'reserve' }),
  flat(3, 1, 40, 1_140, { service: 'payment', name: 'charge', ...exception('TimeoutError', 'no answer') }),
  flat(4, 3, 50, 1_130, { service: 'payment', name: 'SELECT' }),
];

describe('the tree', () => {
  test('shows service, span, duration, share, the slowest child and the error where it began', () => {
    expect(renderTree(build(shop))).toBe(
      `trace 5b8efff798038103d269b633813fc60c  1.24 s  4 spans  3 services  2 errors
✗ gateway POST /orders    1.24 s       ██████████████████████████████
├ inventory reserve      12.0 ms   1%  █
└ ✗ payment charge        1.10 s  89%  ███████████████████████████    ◀ slowest
  ✗ TimeoutError: no answer
  └ payment SELECT        1.08 s  98%   ██████████████████████████
`,
    );
  });

  test('gives up the bar before it cuts names', () => {
    const tree = renderTree(build([flat(1, undefined, 0, 10, { name: 'n'.repeat(45) })]));
    expect(tree).toContain('n'.repeat(45));
    expect(tree).not.toContain('█');
  });

  test('counts the spans it leaves out, and the failed among them', () => {
    const tree = renderTree(build(shop), { maxSpans: 1 });
    expect(tree).toContain('… 3 more spans, 1 failed');
    expect(tree).not.toContain('payment');
  });

  test('names each kind of problem once', () => {
    const tree = renderTree(build([flat(1, 8, 0, 1), flat(2, 9, 0, 1)]));
    expect(tree).toContain('! 2 spans: its parent did not arrive (missing_parent)\n');
  });

  test('shows a chain of 100,000 spans without overflowing, and none of its lines too wide', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      flat(index + 1, index === 0 ? undefined : index, index, 200_000),
    );
    const lines = renderTree(build(chain), { maxSpans: 2_000 }).split('\n');
    expect(lines).toHaveLength(2_003);
    expect(lines.filter(line => displayWidth(line) > 80)).toEqual([]);
  });
});

describe('text from the network', () => {
  test('cannot command the terminal', () => {
    const evil = 'a\u001B]0;title\u0007b\u001B[2J\u009B31m\r\nc\u202Ed\u200B';
    const tree = renderTree(
      build([flat(1, undefined, 0, 1, { name: evil, service: evil, ...exception(evil, evil) })]),
    );
    expect(tree.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(tree).toContain('a]0;titleb[2J31m cd');
  });

  test('is cut by columns: wide characters take two, combining marks none', () => {
    const name = '注文'.repeat(40);
    const [, line = ''] = renderTree(build([flat(1, undefined, 0, 1, { name })])).split('\n');
    expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(line).toContain('…');
    expect([displayWidth('注文'), displayWidth('e\u0301'), displayWidth('🚚'), displayWidth('abc')]).toEqual([
      4, 1, 2, 3,
    ]);
  });

  test('never makes a line wider than the terminal, and colour only adds sequences', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme', maxLength: 120 }),
    );
    const tree = fc
      .tuple(
        fc.array(fc.tuple(anyText, anyText, fc.nat(8), fc.nat(100), fc.nat(100), fc.boolean()), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: 1, max: 200 }),
      )
      .map(([spans, width]) => ({
        width,
        trace: build(
          spans.map(([name, service, parent, start, length, failed], index) =>
            flat(index + 1, parent < index ? parent + 1 : undefined, start, start + length, {
              name,
              service,
              ...(failed ? exception(service, name) : {}),
            }),
          ),
        ),
      }));
    fc.assert(
      fc.property(tree, ({ trace, width }) => {
        const plain = renderTree(trace, { width });
        for (const line of plain.split('\n'))
          expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(40, width));
        expect(
          renderTree(trace, { width, color: true })
            .split('\u001B')
            .map((part, at) => (at === 0 ? part : part.replace(/^\[\d+m/, '')))
            .join(''),
        ).toBe(plain);
      }),
      { numRuns: 200 },
    );
  });
});

describe('rows', () => {
  test('an error that only passes through began below', () => {
    const rows = treeRows(build(shop));
    expect(rows.map(({ error }) => error?.began)).toEqual([false, undefined, true, undefined]);
    expect(rows[2]?.error).toEqual({ type: 'TimeoutError', message: 'no answer', began: true });
  });

  test('a new exception above a failed child began there too; the same one recorded again did not', () => {
    const [outer, again, inner] = treeRows(
      build([
        flat(1, undefined, 0, 9, exception('OrderError', 'order failed')),
        flat(2, 1, 1, 8, exception('TimeoutError', 'no answer')),
        flat(3, 2, 2, 7, exception('TimeoutError', 'no answer')),
      ]),
    );
    expect([outer?.error?.began, again?.error?.began, inner?.error?.began]).toEqual([true, false, true]);
  });

  test('an exception that was handled is no error', () => {
    const { events } = exception('E', 'handled');
    expect(treeRows(build([flat(1, undefined, 0, 1, { events })]))[0]?.error).toBeUndefined();
  });

  test('the share counts only the time within the parent', () => {
    const rows = treeRows(
      build([
        flat(1, undefined, 10, 20),
        flat(2, 1, 5, 15),
        flat(3, 1, 15, 40),
        flat(4, 1, 30, 40),
        flat(5, 1, 12, 12),
      ]),
    );
    const shares = Object.fromEntries(rows.map(({ spanId, shareOfParent }) => [spanId, shareOfParent]));
    // The first starts before its parent, the second ends after it, the third runs after it alone.
    expect(shares).toEqual({
      [id(1)]: undefined,
      [id(2)]: 0.5,
      [id(3)]: 0.5,
      [id(4)]: undefined,
      [id(5)]: 0,
    });
  });

  test('the slowest child is the one that took the most of its parent’s time; an only child is not marked', () => {
    const rows = treeRows(
      build([
        flat(1, undefined, 0, 10),
        flat(2, 1, 1, 3),
        flat(3, 1, 3, 9),
        flat(4, 1, 9, 99),
        flat(5, 3, 4, 5),
      ]),
    );
    expect(rows.filter(({ slowest }) => slowest).map(({ spanId }) => spanId)).toEqual([id(3)]);
  });
});

describe('JSON', () => {
  test('has the numbers of the printed rows and survives JSON', () => {
    const trace = build(shop);
    const json = traceJson(trace);
    expect(json).toMatchObject({
      ...summarize(trace),
      spanCount: 4,
      errorCount: 2,
      durationNs: 1.24e9,
      startUnixNano: '0',
    });
    expect(json.spans).toEqual(treeRows(trace).map(row => expect.objectContaining({ ...row }) as unknown));
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  test('says what JSON has no word for', () => {
    const attributes = {
      big: 2n ** 60n,
      bytes: Uint8Array.of(1, 2, 3),
      nan: Number.NaN,
      list: [1n, null],
      map: { a: -Infinity },
    };
    const [span] = traceJson(build([flat(1, undefined, 0, 1, { attributes })])).spans;
    expect(span?.attributes).toEqual({
      big: '1152921504606846976',
      bytes: 'AQID',
      nan: 'NaN',
      list: ['1', null],
      map: { a: '-Infinity' },
    });
  });
});

test.each<[number, string]>([
  [0, '0 ns'],
  [999, '999 ns'],
  [1_000, '1.00 µs'],
  [12_345, '12.3 µs'],
  [999_499, '999 µs'],
  [999_500, '1.00 ms'],
  [417e6, '417 ms'],
  [1.24e9, '1.24 s'],
  [59.96e9, '1m 00s'],
  [123e9, '2m 03s'],
  [3_599.6e9, '1h 00m'],
  [61_320e9, '17h 02m'],
  [273_600e9, '3d 04h'],
])('%d ns are written %s', (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});
