import { afterEach, describe, expect, it, vi } from 'vitest';
import { consoleTree } from '../../../src/exporters/index.js';
import { type Exporter, init, trace } from '../../../src/index.js';
import { createExporterContext } from '../../support/exporter-context.js';
import { eventually } from '../../support/eventually.js';
import { problemCodesOf } from '../../support/problems-of.js';
import { makeSpan } from '../../support/spans.js';
import { firstRow } from '../../support/start-tracing.js';
import { internalMembersOf } from '../../../src/exporters/started-exporter.js';

function start(options: { color?: boolean; width?: number } = {}): {
  printed: () => string;
  exporter: Exporter;
} {
  const written: string[] = [];
  const stream = { write: (text: string): boolean => written.push(text) > 0 };
  const exporter = consoleTree({ stream, width: 80, color: false, ...options });
  const silent = (): void => {};
  const logger = { error: silent, warn: silent, info: silent, debug: silent };
  init({ service: 'orders', exporter, instrument: false, exitHandlers: false, logger });
  return { printed: () => written.join(''), exporter };
}

afterEach(async () => {
  await trace.shutdown();
  vi.unstubAllEnvs();
});

describe('consoleTree()', () => {
  it('prints a trace when its last open span has ended', async () => {
    const { printed } = start();
    await trace.flush();
    trace.span('processOrder', () => {
      trace.span('pay', () => {});
      expect(printed()).toBe('');
    });
    expect(printed()).toMatch(/orders processOrder[\s\S]*└ orders pay/);
    expect(
      printed()
        .split('\n')
        .every(line => line.length <= 80),
    ).toBe(true);
  });

  it('prints traces that ended before the analysis was loaded', async () => {
    const { printed } = start();
    trace.span('early', () => {});
    await trace.flush();
    expect(printed()).toContain('orders early');
  });

  it('shows an error once, at the span that failed first', async () => {
    const { printed } = start();
    await trace.flush();
    expect(() =>
      trace.span('outer', () =>
        trace.span('inner', () => {
          throw new RangeError('no stock');
        }),
      ),
    ).toThrow('no stock');
    expect(printed().match(/RangeError: no stock/g)).toHaveLength(1);
  });

  it('prints incomplete traces at shutdown', async () => {
    const { printed } = start();
    trace.span('open', () => {
      trace.span('done', () => {});
      void trace.shutdown();
    });
    await eventually(() => expect(printed()).toContain('orders done'));
  });

  it('bounds the number of traces whose spans never end', () => {
    start();
    for (let i = 0; i < 3_000; i++) trace.startSpan('never');
    expect(firstRow()).toMatchObject({ ended: 0, queued: 0 });
    trace.span('work', () => {});
    expect(firstRow()).toMatchObject({ ended: 1 });
  });

  it('prints the oldest incomplete trace when too many spans wait for their local roots', async () => {
    const { printed } = start();
    await trace.flush();
    trace.withSpan(trace.startSpan('first root'), () => trace.span('first child', () => {}));
    trace.withSpan(trace.startSpan('second root'), () => {
      for (let i = 0; i < 10_000; i++) trace.span('child', () => {});
    });
    expect(printed()).toContain('orders first child');
    expect(printed()).not.toContain('orders child');
  });

  it('counts printed spans', async () => {
    const { exporter } = start();
    await trace.flush();
    for (let i = 0; i < 3; i++) trace.span('work', () => {});
    expect(firstRow()).toMatchObject({ ended: 3, unsampled: 0, queued: 0, sent: 3, dropped: {} });
    expect(await exporter.check?.()).toMatchObject({ status: 'ok' });
  });

  it('ignores a stream that throws', async () => {
    const failing = {
      write: (): boolean => {
        throw new Error('EPIPE');
      },
    };
    const silent = (): void => {};
    const logger = { error: silent, warn: silent, info: silent, debug: silent };
    init({ exporter: consoleTree({ stream: failing }), instrument: false, exitHandlers: false, logger });
    await trace.flush();
    expect(trace.span('work', () => 7)).toBe(7);
  });

  it('prints a trace although one of its spans is left out', async () => {
    const written: string[] = [];
    const exporter = consoleTree({ stream: { write: text => written.push(text) }, color: false });
    const started = exporter.start(createExporterContext().context);
    const { processor } = started;
    await processor.forceFlush();
    const [root, child] = [makeSpan({ name: 'root' }), makeSpan({ name: 'child' })];
    for (const span of [root, child]) processor.onStart(span as never, {} as never);
    internalMembersOf(started).leaveOut?.(child);
    processor.onEnd(root);
    expect(written.join('')).toContain('root');
    expect(written.join('')).not.toContain('child');
    expect(started.stats?.()).toMatchObject({ ended: 1, sent: 1, queued: 0 });
  });

  it('refuses wrong options, all at once', () => {
    const options = { stream: {}, color: 'yes', width: 0, colour: true };
    expect(problemCodesOf(() => consoleTree(options as object))).toEqual([
      'unknown_option consoleTree.colour',
      'wrong_type consoleTree.stream',
      'wrong_type consoleTree.color',
      'out_of_range consoleTree.width',
    ]);
    expect(problemCodesOf(() => consoleTree(null as never))).toEqual(['wrong_type consoleTree']);
  });
});
