import { memory } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { describe, expect, it, vi } from 'vitest';
import { collectingLogger, isolateTracing, startTracing } from '../../support/start-tracing.js';

isolateTracing();

describe('init()', () => {
  it('applies options before the environment, and the environment before defaults', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'from-environment');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=red');
    expect(startTracing({ service: 'from-options' }).handle.config.service.name).toBe('from-options');
    await trace.shutdown();
    const recorded = memory();
    init({ exporter: recorded, instrument: false, exitHandlers: false, logger: collectingLogger().logger });
    trace.span('work', () => {});
    expect(recorded.spans[0]?.resource.attributes).toMatchObject({
      'service.name': 'from-environment',
      team: 'red',
    });
  });

  it('makes a facade work that was used before', () => {
    const work = trace.wrap('work', () => 1);
    expect(work()).toBe(1);
    const { recorded } = startTracing();
    work();
    expect(recorded.spans.map(span => span.name)).toEqual(['work']);
  });

  it('returns the first handle on a second call, and warns', () => {
    const { handle, lines } = startTracing();
    expect(init({ service: 'other' })).toBe(handle);
    expect(lines.at(-1)).toContain('options of the second call have no effect: service. ');
    expect(lines.at(-1)).toMatch(/\[already_started\]$/);
  });

  it('validates the options of a second call', () => {
    const { handle } = startTracing();
    expect(() => init({ nonsense: 1 } as never)).toThrow(/unknown_option: nonsense/);
    expect(init()).toBe(handle);
  });

  it('starts anew after shutdown()', async () => {
    const { handle } = startTracing();
    await handle.shutdown();
    expect(trace.span('nothing', () => trace.ids())).toBeUndefined();
    const { recorded } = startTracing();
    trace.span('work', () => {});
    expect(recorded.spans).toHaveLength(1);
  });

  it('starts anew during a shutdown, and the old handle does not affect the new set-up', async () => {
    const first = startTracing();
    const closing = first.handle.shutdown();
    const second = startTracing();
    expect(second.handle).not.toBe(first.handle);
    await closing;
    await first.handle.shutdown();
    trace.span('work', () => {});
    expect(second.recorded.spans).toHaveLength(1);
  });
});

describe('without init()', () => {
  it('every function of the facade is a no-op that returns the result of fn', async () => {
    expect(trace.span('work', () => 7)).toBe(7);
    const promise = Promise.resolve(1);
    expect(trace.span('work', () => promise)).toBe(promise);
    expect(trace.wrap('work', (a: number) => a)(3)).toBe(3);
    expect(trace.startSpan('work').isRecording()).toBe(false);
    trace.startSpan('work')[Symbol.dispose]();
    expect(trace.withSpan(trace.startSpan('x'), () => 2)).toBe(2);
    expect([trace.getActiveSpan(), trace.getRootSpan(), trace.ids(), trace.url()]).toEqual(
      Array(4).fill(undefined),
    );
    expect(trace.inject()).toEqual({});
    expect(trace.continue({}, 'work', () => 4)).toBe(4);
    expect(trace.withBaggage({ a: 'b' }, () => 5)).toBe(5);
    expect(trace.getBaggage()).toEqual({});
    expect(trace.childEnv({ A: 'b' })).toEqual({ A: 'b' });
    const fn = (): number => 1;
    expect(trace.bind(fn)).toBe(fn);
    expect([trace.detached(fn), trace.suppress(fn)]).toEqual([1, 1]);
    trace.keep();
    trace.drop();
    expect(await trace.flush()).toEqual({ exporters: [], lateCalls: 0 });
    expect(await trace.shutdown()).toEqual({ exporters: [], lateCalls: 0 });
    expect(trace.stats()).toEqual({ exporters: [], lateCalls: 0 });
    expect((await trace.check()).ok).toBe(false);
    const error = new Error('mine');
    expect(() =>
      trace.span('work', () => {
        throw error;
      }),
    ).toThrow(error);
  });
});
