// Decisions at a trace's end, by the stage alone: virtual time, a holder that remembers.

import { type SpanContext, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BufferedSpan, SpanBuffer, KeepMark } from '../../../../src/spans/span-buffer.js';
import type { Diagnostic } from '../../../../src/core/diagnostic.js';
import type { KeepPolicy } from '../../../../src/sampling/tail/keep-policy.js';
import { type TailLimits, TailSampler } from '../../../../src/sampling/tail/tail-sampler.js';
import type { TraceOverride } from '../../../../src/sampling/trace-overrides.js';
import { VirtualTime } from '../../../support/delivery-fixture.js';

const SPAN_BYTES = 100;

interface Remembered extends BufferedSpan {
  readonly span: ReadableSpan;
}

/** Where spans end up. */
class Remembering implements SpanBuffer<Remembered> {
  readonly kept: string[] = [];
  readonly marks = new Map<string, KeepMark | undefined>();
  readonly discarded: string[] = [];
  waiting = 0;

  buffer(span: ReadableSpan): Remembered {
    this.waiting++;
    return { span, bytes: SPAN_BYTES };
  }

  release({ span }: Remembered, mark: KeepMark | undefined): void {
    this.waiting--;
    this.kept.push(span.name);
    this.marks.set(span.name, mark);
  }

  discard({ span }: Remembered): void {
    this.waiting--;
    this.discarded.push(span.name);
  }

  skip(span: ReadableSpan): void {
    this.discarded.push(span.name);
  }
}

let ids = 0;

/** A span as far as the stage looks at it. */
function makeSpan(
  name: string,
  { parent, sampled = false }: { parent?: ReadableSpan | SpanContext; sampled?: boolean } = {},
): ReadableSpan & { status: { code: SpanStatusCode }; duration: [number, number] } {
  const above = parent !== undefined && 'spanContext' in parent ? parent.spanContext() : parent;
  const context: SpanContext = {
    traceId: above?.traceId ?? (++ids).toString(16).padStart(32, '0'),
    spanId: (++ids).toString(16).padStart(16, '0'),
    traceFlags: sampled ? TraceFlags.SAMPLED : (above?.traceFlags ?? TraceFlags.NONE),
  };
  return {
    name,
    kind: 0,
    attributes: {},
    status: { code: SpanStatusCode.UNSET },
    duration: [0, 1_000_000],
    spanContext: () => context,
    ...(above === undefined ? {} : { parentSpanContext: above }),
  } as unknown as ReturnType<typeof makeSpan>;
}

function makeStage(policy: Partial<KeepPolicy> = { errors: true }, bounds: Partial<TailLimits> = {}) {
  const time = new VirtualTime();
  const holder = new Remembering();
  const verdicts = new Map<string, TraceOverride>();
  const said: Diagnostic[] = [];
  const stage = new TailSampler({
    policy: { errors: false, match: [], ...policy },
    maxBytes: 1e6,
    maxTraces: 1_000,
    maxWaitMs: 60_000,
    ...bounds,
    buffers: [holder],
    overrideOf: traceId => verdicts.get(traceId),
    clock: time,
    after: (ms, fn) => time.after(ms, fn),
    onFirstEviction: diagnostic => said.push(diagnostic),
  });
  const start = (span: ReadableSpan): void => stage.onStart(span as unknown as Span);
  const end = (span: ReadableSpan): void => stage.onEnd(span, span);
  return { time, holder, verdicts, said, stage, start, end };
}

/** Runs a root with one child in it. */
function runTrace(
  { start, end }: ReturnType<typeof makeStage>,
  name: string,
  change: (root: ReturnType<typeof makeSpan>, child: ReturnType<typeof makeSpan>) => void = () => {},
  sampled = false,
): void {
  const root = makeSpan(`${name}.root`, { sampled });
  const child = makeSpan(`${name}.child`, { parent: root });
  start(root);
  start(child);
  change(root, child);
  end(child);
  end(root);
}

describe('a trace that has ended', () => {
  it('is kept whole for an error anywhere in it, and marked', () => {
    const world = makeStage();
    runTrace(world, 'a', (_, child) => (child.status.code = SpanStatusCode.ERROR));
    runTrace(world, 'b');
    expect(world.holder.kept).toEqual(['a.child', 'a.root']);
    expect(world.holder.discarded).toEqual(['b.child', 'b.root']);
    expect(world.holder.marks.get('a.root')).toEqual({ reason: 'error', traceState: 'ot=th:0' });
    expect(world.stage.stats()).toMatchObject({
      open: 0,
      bytes: 0,
      dropped: 1,
      kept: { error: 1, slow: 0, match: 0, application: 0 },
    });
  });

  it('is kept when its local root was slow, not when a child was', () => {
    const world = makeStage({ slowerThanMs: 500 });
    runTrace(world, 'slow', root => (root.duration = [0, 500_000_001]));
    runTrace(world, 'fast', (root, child) => {
      root.duration = [0, 500_000_000];
      child.duration = [7, 0];
    });
    expect(world.holder.kept).toEqual(['slow.child', 'slow.root']);
    expect(world.holder.marks.get('slow.root')?.reason).toBe('slow');
  });

  it('is kept for a span that matches', () => {
    const world = makeStage({ match: [{ name: 'vip.*' }] });
    runTrace(world, 'vip');
    runTrace(world, 'other');
    expect(world.holder.kept).toEqual(['vip.child', 'vip.root']);
  });

  it('is kept by its share, unmarked; and marked where there is a reason too', () => {
    const world = makeStage();
    runTrace(world, 'plain', () => {}, true);
    runTrace(world, 'failed', root => (root.status.code = SpanStatusCode.ERROR), true);
    expect(world.holder.marks.get('plain.root')).toBeUndefined();
    expect(world.holder.marks.get('failed.root')?.reason).toBe('error');
    expect(world.stage.stats()).toMatchObject({ keptByRatio: 1, kept: { error: 1 } });
  });

  it('follows what the application said, and drop() is stronger than any finding', () => {
    const world = makeStage();
    runTrace(world, 'keep', root => world.verdicts.set(root.spanContext().traceId, 'keep'));
    runTrace(world, 'drop', root => {
      root.status.code = SpanStatusCode.ERROR;
      world.verdicts.set(root.spanContext().traceId, 'drop');
    });
    expect(world.holder.kept).toEqual(['keep.child', 'keep.root']);
    expect(world.holder.marks.get('keep.root')?.reason).toBe('application');
  });

  it('under a remote parent follows its flag and its own findings', () => {
    const remote = (traceFlags: number): SpanContext => ({
      traceId: (++ids).toString(16).padStart(32, '0'),
      spanId: '00f067aa0ba902b7',
      traceFlags,
      isRemote: true,
    });
    const world = makeStage();
    for (const [name, flags, code] of [
      ['sampled', 1, SpanStatusCode.UNSET],
      ['unsampled', 0, SpanStatusCode.UNSET],
      ['failed', 0, SpanStatusCode.ERROR],
    ] as const) {
      const root = makeSpan(name, { parent: remote(flags) });
      root.status.code = code;
      world.start(root);
      world.end(root);
    }
    expect(world.holder.kept).toEqual(['sampled', 'failed']);
  });
});

describe('a span that ends after its root', () => {
  it.each([true, false])('follows the decision: failed %s', failed => {
    const world = makeStage();
    const root = makeSpan('root');
    const late = makeSpan('late', { parent: root });
    world.start(root);
    world.start(late);
    if (failed) root.status.code = SpanStatusCode.ERROR;
    world.end(root);
    late.status.code = SpanStatusCode.ERROR;
    world.end(late);
    expect(failed ? world.holder.kept : world.holder.discarded).toEqual(['root', 'late']);
  });

  it('finds the decision again when its trace has come back', () => {
    const world = makeStage();
    const first = makeSpan('first');
    world.start(first);
    world.end(first);
    const second = makeSpan('second', { parent: { ...first.spanContext(), isRemote: true } });
    second.status.code = SpanStatusCode.ERROR;
    world.start(second);
    world.end(second);
    expect(world.holder.discarded).toEqual(['first', 'second']);
  });

  it('waits for the last local root where a process has several of one trace', () => {
    const world = makeStage();
    const one = makeSpan('one');
    const two = makeSpan('two', { parent: { ...one.spanContext(), isRemote: true } });
    world.start(one);
    world.start(two);
    world.end(one);
    expect(world.holder.waiting).toBe(1);
    two.status.code = SpanStatusCode.ERROR;
    world.end(two);
    expect(world.holder.kept).toEqual(['one', 'two']);
  });
});

describe('a span that cannot be looked at', () => {
  it('has nothing found in it; its trace is decided all the same', () => {
    const world = makeStage({ errors: true, match: [{ attributes: { tier: 'gold' } }] });
    runTrace(world, 'a', (_, child) => {
      Object.defineProperty(child, 'status', {
        get: () => {
          throw new Error('boom');
        },
      });
    });
    runTrace(world, 'b', root => {
      root.status.code = SpanStatusCode.ERROR;
      Object.defineProperty(root, 'attributes', {
        get: () => {
          throw new Error('boom');
        },
      });
    });
    expect(world.holder.kept).toEqual(['b.child', 'b.root']);
    expect(world.stage.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });
});

describe('what waits is bounded', () => {
  it('in bytes: the oldest is decided by what was found, else by its share, and all of it follows', () => {
    const world = makeStage({ errors: true }, { maxBytes: 5_000 });
    const roots = Array.from({ length: 20 }, (_, i) => makeSpan(`root${i}`, { sampled: i === 2 }));
    for (const [i, root] of roots.entries()) {
      world.start(root);
      const child = makeSpan(`child${i}`, { parent: root });
      if (i === 1) child.status.code = SpanStatusCode.ERROR;
      world.start(child);
      world.end(child);
    }
    expect(world.stage.stats().bytes).toBeLessThanOrEqual(5_000);
    expect(world.stage.stats().evicted.bytes).toBeGreaterThan(0);
    expect(world.holder.kept).toEqual(['child1', 'child2']);
    for (const root of roots) world.end(root);
    expect(world.holder.kept).toEqual(['child1', 'child2', 'root1', 'root2']);
    expect(world.said).toMatchObject([{ code: 'tail_evicted', source: 'sample.keep' }]);
    expect(world.stage.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('in bytes also where no span has ended, only begun', () => {
    const world = makeStage({ errors: true }, { maxBytes: 100_000 });
    const roots = Array.from({ length: 2_000 }, (_, i) => makeSpan(`root${i}`, { sampled: i % 2 === 0 }));
    for (const root of roots) {
      world.start(root);
      expect(world.stage.stats().bytes).toBeLessThanOrEqual(100_000);
    }
    const { open, late, evicted } = world.stage.stats();
    expect(open).toBeGreaterThan(200);
    expect(late).toBeGreaterThan(50);
    expect(evicted.bytes).toBe(2_000 - open);
    for (const root of roots) world.end(root);
    expect(world.holder.kept).toEqual(roots.filter((_, i) => i % 2 === 0).map(({ name }) => name));
    expect(world.stage.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('in traces', () => {
    const world = makeStage({ errors: true }, { maxTraces: 10 });
    for (let i = 0; i < 25; i++) world.start(makeSpan(`root${i}`));
    expect(world.stage.stats()).toMatchObject({ open: 10, evicted: { traces: 15 } });
  });

  it('in time: a root that never ends holds nothing for ever, and is slow', async () => {
    const world = makeStage({ slowerThanMs: 500 }, { maxWaitMs: 10_000 });
    const root = makeSpan('root');
    const child = makeSpan('child', { parent: root });
    world.start(root);
    world.start(child);
    world.end(child);
    await world.time.advance(12_000);
    expect(world.holder.kept).toEqual(['child']);
    expect(world.stage.stats().evicted.time).toBe(1);
    await world.time.advance(3_600_000);
    expect(world.stage.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
  });

  it('at the end everything is decided by what is known', () => {
    const world = makeStage();
    const root = makeSpan('root');
    const child = makeSpan('child', { parent: root });
    child.status.code = SpanStatusCode.ERROR;
    world.start(root);
    world.start(child);
    world.end(child);
    expect(world.stage.isEmpty).toBe(false);
    world.stage.close();
    expect(world.holder.kept).toEqual(['child']);
    expect(world.stage.isEmpty).toBe(true);
  });
});

it('every trace leaves whole or not at all, whatever the order of starts and ends', () => {
  // Each number picks what happens next: a new trace, a child of an open span, or the end of an open span.
  const program = fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(program, fc.boolean(), (steps, tight) => {
      const world = makeStage({ errors: true }, tight ? { maxBytes: 3_000, maxTraces: 3 } : {});
      const open: ReturnType<typeof makeSpan>[] = [];
      const all: ReturnType<typeof makeSpan>[] = [];
      for (const step of steps) {
        const at = open[step % Math.max(1, open.length)];
        if (at === undefined || step % 7 === 0) {
          all.push(makeSpan(`span${all.length}`, { sampled: step % 3 === 0 }));
        } else if (step % 2 === 0) {
          all.push(makeSpan(`span${all.length}`, { parent: at }));
        } else {
          if (step % 5 === 0) at.status.code = SpanStatusCode.ERROR;
          open.splice(open.indexOf(at), 1);
          world.end(at);
          continue;
        }
        const started = all.at(-1);
        if (started === undefined) continue;
        open.push(started);
        world.start(started);
      }
      for (const span of open) world.end(span);
      const kept = new Set(world.holder.kept);
      const outcome = new Map<string, boolean>();
      for (const span of all) {
        const { traceId } = span.spanContext();
        expect(outcome.get(traceId) ?? kept.has(span.name)).toBe(kept.has(span.name));
        outcome.set(traceId, kept.has(span.name));
      }
      expect(world.holder.kept.length + world.holder.discarded.length).toBe(all.length);
      expect(world.stage.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
    }),
    { numRuns: 300 },
  );
});
