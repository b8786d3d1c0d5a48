import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTree } from '../../../src/analysis/render.js';
import { measureWidth } from '../../../src/analysis/terminal-text.js';
import { buildTrace, failedWith, flatSpan, shopSpans } from '../../support/flat-spans.js';

describe('the tree', () => {
  test('shows service, span, duration, share, the slowest child and the error where it began', () => {
    expect(renderTree(buildTrace(shopSpans))).toBe(
      `trace 5b8efff798038103d269b633813fc60c  1.24 s  4 spans  3 services  2 errors
✗ gateway POST /orders    1.24 s       ██████████████████████████████
├ inventory reserve      12.0 ms   1%  █
└ ✗ payment charge        1.10 s  89%  ███████████████████████████    ◀ slowest
  ✗ TimeoutError: no answer
  └ payment SELECT        1.08 s  98%   ██████████████████████████
`,
    );
  });

  test('drops the bar before it truncates names', () => {
    const tree = renderTree(buildTrace([flatSpan(1, undefined, 0, 10, { name: 'n'.repeat(45) })]));
    expect(tree).toContain('n'.repeat(45));
    expect(tree).not.toContain('█');
  });

  test('counts the spans it leaves out, and the failed among them', () => {
    const tree = renderTree(buildTrace(shopSpans), { maxSpans: 1 });
    expect(tree).toContain('… 3 more spans, 1 failed');
    expect(tree).not.toContain('payment');
  });

  test('names each kind of problem once', () => {
    const tree = renderTree(buildTrace([flatSpan(1, 8, 0, 1), flatSpan(2, 9, 0, 1)]));
    expect(tree).toContain('! 2 spans: its parent did not arrive (missing_parent)\n');
  });

  test('shows a chain of 100,000 spans without overflowing, and none of its lines too wide', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      flatSpan(index + 1, index === 0 ? undefined : index, index, 200_000),
    );
    const lines = renderTree(buildTrace(chain), { maxSpans: 2_000 }).split('\n');
    expect(lines).toHaveLength(2_003);
    expect(lines.filter(line => measureWidth(line) > 80)).toEqual([]);
  });
});

describe('text from the network', () => {
  test('cannot control the terminal', () => {
    const hostile = 'a\u001B]0;title\u0007b\u001B[2J\u009B31m\r\nc\u202Ed\u200B';
    const tree = renderTree(
      buildTrace([
        flatSpan(1, undefined, 0, 1, { name: hostile, service: hostile, ...failedWith(hostile, hostile) }),
      ]),
    );
    expect(tree.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(tree).toContain('a]0;titleb[2J31m cd');
  });

  test('is truncated by columns: wide characters take two, combining marks none', () => {
    const name = '注文'.repeat(40);
    const [, line = ''] = renderTree(buildTrace([flatSpan(1, undefined, 0, 1, { name })])).split('\n');
    expect(measureWidth(line)).toBeLessThanOrEqual(80);
    expect(line).toContain('…');
    expect([measureWidth('注文'), measureWidth('e\u0301'), measureWidth('🚚'), measureWidth('abc')]).toEqual([
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
        trace: buildTrace(
          spans.map(([name, service, parent, start, length, failed], index) =>
            flatSpan(index + 1, parent < index ? parent + 1 : undefined, start, start + length, {
              name,
              service,
              ...(failed ? failedWith(service, name) : {}),
            }),
          ),
        ),
      }));
    fc.assert(
      fc.property(tree, ({ trace, width }) => {
        const plain = renderTree(trace, { width });
        for (const line of plain.split('\n'))
          expect(measureWidth(line)).toBeLessThanOrEqual(Math.max(40, width));
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
