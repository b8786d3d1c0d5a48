import { describe, expect, it, vi } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { type Exporter, trace } from '../../../src/index.js';
import { exporterWith, isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('flush and shutdown', () => {
  it('end within their limit when a processor hangs, and report the spans that are left', async () => {
    vi.useFakeTimers();
    try {
      const hanging = exporterWith(
        { forceFlush: () => new Promise(() => {}), shutdown: () => new Promise(() => {}) },
        { stats: () => ({ ended: 2, queued: 2 }) },
      );
      const { lines } = startTracing({ exporter: hanging });
      const flushed = trace.flush({ timeoutMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_100);
      await flushed;
      const closed = trace.shutdown({ timeoutMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_100);
      await closed;
      expect(globalState.handle).toBeUndefined();
      expect(
        lines.filter(line => line.includes('2 spans were still queued') && line.endsWith('[spans_left]')),
      ).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('flush', () => {
  it('waits for a shutdown that has begun, and does not flush again', async () => {
    let flushed = 0;
    let finish: () => void = () => undefined;
    const exporter = exporterWith({
      forceFlush: async () => void flushed++,
      shutdown: () => new Promise(resolve => (finish = resolve)),
    });
    const { handle } = startTracing({ exporter });
    const closed = handle.shutdown();
    let hasFlushed = false;
    const flush = handle.flush().then(() => (hasFlushed = true));
    await new Promise(setImmediate);
    expect(hasFlushed).toBe(false);
    finish();
    await Promise.all([closed, flush]);
    expect(flushed).toBe(0);
  });
});

describe('url', () => {
  it('skips exporters that throw, and results that are not text', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('too late');
    };
    const broken: Exporter = { ...exporterWith({}), url: fails as never };
    const exporter: Exporter = { ...exporterWith({}), url: () => 'https://ui.example/' };
    startTracing({ exporter: [broken, exporter] });
    trace.span('work', () => expect(trace.url()).toBe('https://ui.example/'));
    // An unhandled rejection fails the run.
    await new Promise(setImmediate);
  });

  it('is undefined if no exporter has one', () => {
    startTracing({ exporter: exporterWith({}) });
    trace.span('work', () => expect(trace.url()).toBeUndefined());
  });

  it('is the URL of the exporter', () => {
    const exporter: Exporter = { ...exporterWith({}), url: ({ traceId }) => `https://ui.example/${traceId}` };
    startTracing({ exporter });
    trace.span('work', () => expect(trace.url()).toBe(`https://ui.example/${trace.ids()?.traceId}`));
  });
});

describe('stats', () => {
  it('leaves out an exporter whose stats() throws', () => {
    const failing = exporterWith(
      {},
      {
        stats() {
          throw new Error('theirs');
        },
      },
    );
    const { lines } = startTracing({ exporter: [failing, 'memory'] });
    expect(trace.stats().exporters.map(({ exporter }) => exporter)).toEqual(['memory']);
    expect(lines.filter(line => line.includes('theirs'))).toHaveLength(1);
  });
});
