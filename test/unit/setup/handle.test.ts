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
});
