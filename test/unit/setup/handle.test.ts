import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/index.js';
import { isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('the handle', () => {
  it('shuts down at the end of `await using`', async () => {
    const { handle, recorded } = startTracing();
    await handle[Symbol.asyncDispose]();
    trace.span('late', () => {});
    expect(recorded.spans).toEqual([]);
  });

  it('has the statistics of the facade', () => {
    const { handle } = startTracing();
    trace.span('work', () => {});
    expect(handle.stats()).toEqual(trace.stats());
    expect(handle.stats().exporters).toMatchObject([{ exporter: 'memory', ended: 1 }]);
  });

  it('shows the configuration in force, masked and frozen, and changes of update()', () => {
    const { handle } = startTracing({ resource: { attributes: { note: 'https://me:pa55word@c/' } } });
    expect(JSON.stringify(handle.config)).not.toContain('pa55word');
    expect(Object.isFrozen(handle.config)).toBe(true);
    expect(handle.config).toMatchObject({ enabled: true, sample: { ratio: 1 }, logLevel: 'info' });
    handle.update({ sample: 0.5, logLevel: 'error' });
    expect(handle.config).toMatchObject({ sample: { ratio: 0.5 }, logLevel: 'error' });
  });

  it('reports update() after a shutdown, also when tracing has started again', async () => {
    const { handle, lines } = startTracing();
    await handle.shutdown();
    handle.update({ sample: 0.5 });
    const next = startTracing();
    handle.update({ sample: 0.5 });
    next.handle.update({ sample: 0.25 });
    const reported = [...lines, ...next.lines].filter(line => line.endsWith('[update_unavailable]'));
    expect([lines.length > 0, reported.length, next.handle.config.sample.ratio]).toEqual([true, 2, 0.25]);
  });
});
