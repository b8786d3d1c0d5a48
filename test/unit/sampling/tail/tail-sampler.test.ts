// Decisions at the end of a trace, by the tail sampler alone, in virtual time.

import { type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makeTailSpan,
  newTraceId,
  startTailSampler,
  type TailTestSpan,
} from '../../../support/tail-sampler-fixture.js';

describe('an ended trace', () => {
  it('is kept whole for an error in any span, and marked', () => {
    const { runTrace, buffer, sampler } = startTailSampler();
    runTrace('a', (_, child) => (child.status.code = SpanStatusCode.ERROR));
    runTrace('b');
    expect(buffer.kept).toEqual(['a.child', 'a.root']);
    expect(buffer.discarded).toEqual(['b.child', 'b.root']);
    expect(buffer.marks.get('a.root')).toEqual({ reason: 'error', traceState: 'ot=th:0' });
    expect(sampler.stats()).toMatchObject({
      open: 0,
      bytes: 0,
      dropped: 1,
      kept: { error: 1, slow: 0, match: 0, application: 0 },
    });
  });

  it('is kept for a slow local root, but not for a slow child', () => {
    const { runTrace, buffer } = startTailSampler({ slowerThanMs: 500 });
    runTrace('slow', root => (root.duration = [0, 500_000_001]));
    runTrace('fast', (root, child) => {
      root.duration = [0, 500_000_000];
      child.duration = [7, 0];
    });
    expect(buffer.kept).toEqual(['slow.child', 'slow.root']);
    expect(buffer.marks.get('slow.root')?.reason).toBe('slow');
  });

  it('is kept for a span that matches', () => {
    const { runTrace, buffer } = startTailSampler({ match: [{ name: 'vip.*' }] });
    runTrace('vip');
    runTrace('other');
    expect(buffer.kept).toEqual(['vip.child', 'vip.root']);
  });

  it('is kept by its ratio without a mark, and with a mark if there is a reason too', () => {
    const { runTrace, buffer, sampler } = startTailSampler();
    runTrace('plain', () => {}, true);
    runTrace('failed', root => (root.status.code = SpanStatusCode.ERROR), true);
    expect(buffer.marks.get('plain.root')).toBeUndefined();
    expect(buffer.marks.get('failed.root')?.reason).toBe('error');
    expect(sampler.stats()).toMatchObject({ keptByRatio: 1, kept: { error: 1 } });
  });

  it('follows the override of the application, and drop takes precedence over any reason', () => {
    const { runTrace, buffer, overrides } = startTailSampler();
    runTrace('keep', root => overrides.set(root.spanContext().traceId, 'keep'));
    runTrace('drop', root => {
      root.status.code = SpanStatusCode.ERROR;
      overrides.set(root.spanContext().traceId, 'drop');
    });
    expect(buffer.kept).toEqual(['keep.child', 'keep.root']);
    expect(buffer.marks.get('keep.root')?.reason).toBe('application');
  });

  it('under a remote parent follows the flag and its own reasons', () => {
    const remote = (traceFlags: number): SpanContext => ({
      traceId: newTraceId(),
      spanId: '00f067aa0ba902b7',
      traceFlags,
      isRemote: true,
    });
    const { start, end, buffer } = startTailSampler();
    for (const [name, flags, code] of [
      ['sampled', 1, SpanStatusCode.UNSET],
      ['unsampled', 0, SpanStatusCode.UNSET],
      ['failed', 0, SpanStatusCode.ERROR],
    ] as const) {
      const root = makeTailSpan(name, { parent: remote(flags) });
      root.status.code = code;
      start(root);
      end(root);
    }
    expect(buffer.kept).toEqual(['sampled', 'failed']);
  });
});

describe('a late span', () => {
  it.each([true, false])('follows the decision: failed %s', failed => {
    const { start, end, buffer } = startTailSampler();
    const root = makeTailSpan('root');
    const late = makeTailSpan('late', { parent: root });
    start(root);
    start(late);
    if (failed) root.status.code = SpanStatusCode.ERROR;
    end(root);
    late.status.code = SpanStatusCode.ERROR;
    end(late);
    expect(failed ? buffer.kept : buffer.discarded).toEqual(['root', 'late']);
  });

  it('follows the decision when its trace returns to the process', () => {
    const { start, end, buffer } = startTailSampler();
    const first = makeTailSpan('first');
    start(first);
    end(first);
    const second = makeTailSpan('second', { parent: { ...first.spanContext(), isRemote: true } });
    second.status.code = SpanStatusCode.ERROR;
    start(second);
    end(second);
    expect(buffer.discarded).toEqual(['first', 'second']);
  });

  it('of a decided trace can start after the decision', () => {
    const { start, end, buffer, sampler } = startTailSampler();
    const root = makeTailSpan('root');
    root.status.code = SpanStatusCode.ERROR;
    const late = makeTailSpan('late', { parent: root });
    start(root);
    start(late);
    end(root);
    const later = makeTailSpan('later', { parent: late });
    start(later);
    end(late);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 1 });
    end(later);
    expect(buffer.kept).toEqual(['root', 'late', 'later']);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('without a decision follows its own flag', () => {
    const { end, buffer } = startTailSampler();
    end(makeTailSpan('sampled', { sampled: true }));
    end(makeTailSpan('unsampled'));
    expect([buffer.kept, buffer.discarded]).toEqual([['sampled'], ['unsampled']]);
  });

  it('a process with several local roots of one trace decides at the end of the last', () => {
    const { start, end, buffer } = startTailSampler();
    const one = makeTailSpan('one');
    const two = makeTailSpan('two', { parent: { ...one.spanContext(), isRemote: true } });
    start(one);
    start(two);
    end(one);
    expect(buffer.buffered).toBe(1);
    two.status.code = SpanStatusCode.ERROR;
    end(two);
    expect(buffer.kept).toEqual(['one', 'two']);
  });
});

it('a span whose getters throw has no keep reason, and its trace is decided', () => {
  const { runTrace, buffer, sampler } = startTailSampler({
    errors: true,
    match: [{ attributes: { tier: 'gold' } }],
  });
  const throwOnRead = (span: object, key: string): void => {
    Object.defineProperty(span, key, {
      get: () => {
        throw new Error('boom');
      },
    });
  };
  runTrace('a', (_, child) => throwOnRead(child, 'status'));
  runTrace('b', root => {
    root.status.code = SpanStatusCode.ERROR;
    throwOnRead(root, 'attributes');
  });
  expect(buffer.kept).toEqual(['b.child', 'b.root']);
  expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
});

it('a span that must not be exported is searched for a reason, but not buffered', () => {
  const { sampler, start, end, buffer } = startTailSampler();
  const root = makeTailSpan('root');
  const child = makeTailSpan('child', { parent: root });
  child.status.code = SpanStatusCode.ERROR;
  start(root);
  start(child);
  sampler.onEnd(child, undefined);
  end(root);
  expect(buffer.kept).toEqual(['root']);
  expect(buffer.marks.get('root')?.reason).toBe('error');
});

describe('the pending traces are limited', () => {
  it('in bytes: the oldest is decided by its reason so far, else by its ratio, and its late spans follow', () => {
    const { start, end, buffer, sampler, diagnostics } = startTailSampler(
      { errors: true },
      { maxBytes: 5_000 },
    );
    const roots = Array.from({ length: 20 }, (_, i) => makeTailSpan(`root${i}`, { sampled: i === 2 }));
    for (const [i, root] of roots.entries()) {
      start(root);
      const child = makeTailSpan(`child${i}`, { parent: root });
      if (i === 1) child.status.code = SpanStatusCode.ERROR;
      start(child);
      end(child);
    }
    expect(sampler.stats().bytes).toBeLessThanOrEqual(5_000);
    expect(sampler.stats().evicted.bytes).toBeGreaterThan(0);
    expect(buffer.kept).toEqual(['child1', 'child2']);
    for (const root of roots) end(root);
    expect(buffer.kept).toEqual(['child1', 'child2', 'root1', 'root2']);
    expect(diagnostics).toMatchObject([
      { code: 'tail_evicted', source: 'sample.keep', fix: expect.stringContaining('sample.keep.maxBytes') },
    ]);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('in bytes, also if spans have started and none has ended', () => {
    const { start, end, buffer, sampler } = startTailSampler({ errors: true }, { maxBytes: 100_000 });
    const roots = Array.from({ length: 2_000 }, (_, i) => makeTailSpan(`root${i}`, { sampled: i % 2 === 0 }));
    for (const root of roots) {
      start(root);
      expect(sampler.stats().bytes).toBeLessThanOrEqual(100_000);
    }
    const { open, late, evicted } = sampler.stats();
    expect(open).toBeGreaterThan(200);
    expect(late).toBeGreaterThan(50);
    expect(evicted.bytes).toBe(2_000 - open);
    for (const root of roots) end(root);
    expect(buffer.kept).toEqual(roots.filter((_, i) => i % 2 === 0).map(({ name }) => name));
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('in bytes: a trace that just fits is not evicted', () => {
    // A trace without spans counts as 350 bytes.
    const { start, sampler, diagnostics } = startTailSampler({ errors: true }, { maxBytes: 700 });
    start(makeTailSpan('one'));
    start(makeTailSpan('two'));
    expect(sampler.stats()).toMatchObject({ open: 2, bytes: 700, evicted: { bytes: 0 } });
    expect(diagnostics).toEqual([]);
    start(makeTailSpan('three'));
    expect(sampler.stats().evicted.bytes).toBe(1);
    expect(diagnostics).toHaveLength(1);
  });

  it('in bytes: the decisions for late spans take at most a quarter', () => {
    // A decision counts as 300 bytes.
    const { start, end, sampler } = startTailSampler({ errors: true }, { maxBytes: 4_800 });
    for (let i = 0; i < 10; i++) {
      const root = makeTailSpan(`root${i}`);
      start(root);
      start(makeTailSpan(`open${i}`, { parent: root }));
      end(root);
    }
    expect(sampler.stats()).toMatchObject({ open: 0, late: 4, bytes: 1_200 });
  });

  it('in number', () => {
    const { start, sampler, diagnostics } = startTailSampler({ errors: true }, { maxTraces: 10 });
    for (let i = 0; i < 10; i++) start(makeTailSpan(`root${i}`));
    expect(sampler.stats()).toMatchObject({ open: 10, evicted: { traces: 0 } });
    for (let i = 10; i < 25; i++) start(makeTailSpan(`root${i}`));
    expect(sampler.stats()).toMatchObject({ open: 10, evicted: { traces: 15 } });
    expect(diagnostics).toHaveLength(1);
  });

  it('in time: a root that never ends is decided, and is slow', async () => {
    const { start, end, buffer, sampler, time, diagnostics } = startTailSampler(
      { slowerThanMs: 500 },
      { maxWaitMs: 10_000 },
    );
    const root = makeTailSpan('root');
    const child = makeTailSpan('child', { parent: root });
    start(root);
    start(child);
    end(child);
    await time.advance(9_999);
    expect(sampler.stats().evicted.time).toBe(0);
    await time.advance(2_001);
    expect(buffer.kept).toEqual(['child']);
    expect(buffer.marks.get('child')?.reason).toBe('slow');
    expect(sampler.stats().evicted.time).toBe(1);
    expect(diagnostics).toEqual([]);
    await time.advance(3_600_000);
    expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('in time: an evicted trace is slow only after its limit', async () => {
    const { start, end, buffer, time } = startTailSampler({ slowerThanMs: 500 }, { maxTraces: 1 });
    const evict = async (name: string, ageMs: number): Promise<void> => {
      const root = makeTailSpan(`${name}.root`);
      const child = makeTailSpan(`${name}.child`, { parent: root });
      start(root);
      start(child);
      end(child);
      await time.advance(ageMs);
      start(makeTailSpan(`${name}.next`));
    };
    await evict('fast', 500);
    await evict('slow', 501);
    expect(buffer.kept).toEqual(['slow.child']);
  });

  it('close() decides every pending trace', () => {
    const { start, end, buffer, sampler } = startTailSampler();
    const root = makeTailSpan('root');
    const child = makeTailSpan('child', { parent: root });
    child.status.code = SpanStatusCode.ERROR;
    start(root);
    start(child);
    end(child);
    expect(sampler.isEmpty).toBe(false);
    sampler.close();
    expect(buffer.kept).toEqual(['child']);
    expect(sampler.isEmpty).toBe(true);
  });
});

describe('the sweep', () => {
  it('stops when nothing is stored, and close() stops it at once', async () => {
    const { runTrace, time, timers, sampler, start } = startTailSampler(
      { errors: true },
      { maxWaitMs: 8_000 },
    );
    runTrace('a');
    expect(timers()).toBe(1);
    await time.advance(8_999);
    expect(timers()).toBe(1);
    await time.advance(1);
    expect(timers()).toBe(0);
    start(makeTailSpan('b'));
    expect(timers()).toBe(1);
    sampler.close();
    expect(timers()).toBe(0);
  });

  it('a decision that an open span needs is stored for maxWaitMs', async () => {
    const { start, end, sampler, time } = startTailSampler({ errors: true }, { maxWaitMs: 8_000 });
    const root = makeTailSpan('root');
    start(root);
    start(makeTailSpan('open', { parent: root }));
    end(root);
    await time.advance(7_999);
    expect(sampler.stats().late).toBe(1);
    await time.advance(1);
    expect(sampler.stats().late).toBe(0);
  });

  it('a decision is stored for maxWaitMs after the end of its trace', async () => {
    const { start, end, buffer, time } = startTailSampler({ errors: true }, { maxWaitMs: 8_000 });
    const endFailedSpan = (name: string, parent?: SpanContext): TailTestSpan => {
      const span = makeTailSpan(name, parent === undefined ? {} : { parent: { ...parent, isRemote: true } });
      start(span);
      if (parent !== undefined) span.status.code = SpanStatusCode.ERROR;
      end(span);
      return span;
    };
    const { ...context } = endFailedSpan('first').spanContext();
    await time.advance(8_000);
    endFailedSpan('soon', context);
    expect(buffer.discarded).toEqual(['first', 'soon']);
    await time.advance(60_000);
    endFailedSpan('later', context);
    expect(buffer.kept).toEqual(['later']);
  });
});

it('every trace is kept whole or dropped whole, for any order of starts and ends', () => {
  // Each number selects the next step: a new trace, a child of an open span, or the end of an open span.
  const program = fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(program, fc.boolean(), (steps, hasTightLimits) => {
      const { start, end, buffer, sampler } = startTailSampler(
        { errors: true },
        hasTightLimits ? { maxBytes: 3_000, maxTraces: 3 } : {},
      );
      const open: TailTestSpan[] = [];
      const all: TailTestSpan[] = [];
      for (const step of steps) {
        const selected = open[step % Math.max(1, open.length)];
        if (selected === undefined || step % 7 === 0) {
          all.push(makeTailSpan(`span${all.length}`, { sampled: step % 3 === 0 }));
        } else if (step % 2 === 0) {
          all.push(makeTailSpan(`span${all.length}`, { parent: selected }));
        } else {
          if (step % 5 === 0) selected.status.code = SpanStatusCode.ERROR;
          open.splice(open.indexOf(selected), 1);
          end(selected);
          continue;
        }
        const started = all.at(-1);
        if (started === undefined) continue;
        open.push(started);
        start(started);
      }
      for (const span of open) end(span);
      const kept = new Set(buffer.kept);
      const outcomes = new Map<string, boolean>();
      for (const span of all) {
        const { traceId } = span.spanContext();
        expect(outcomes.get(traceId) ?? kept.has(span.name)).toBe(kept.has(span.name));
        outcomes.set(traceId, kept.has(span.name));
      }
      expect(buffer.kept.length + buffer.discarded.length).toBe(all.length);
      expect(sampler.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
    }),
    { numRuns: 300 },
  );
});
