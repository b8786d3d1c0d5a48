// Random programs with the real engine, span pipeline and delivery. Each trace is exported completely or not at all, and the
// statistics count every ended span.

import {
  context as contextApi,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balance, startDelivery } from '../../support/delivery-fixture.js';
import { traceIdOf, createService, seededRandom, contextOf } from './harness.js';

/** A step of a program, applied to one of the open spans. */
interface Step {
  readonly what:
    | 'root'
    | 'child'
    | 'remote'
    | 'detached'
    | 'end'
    | 'fail'
    | 'keep'
    | 'drop'
    | 'pass'
    | 'jump'
    | 'flush';
  readonly which: number;
}

const step = (what: Step['what'], weight: number) => ({
  weight,
  arbitrary: fc.record({ what: fc.constant(what), which: fc.nat(1_000) }),
});
const program = fc.array(
  fc.oneof(
    step('root', 3),
    step('child', 6),
    step('remote', 2),
    step('detached', 1),
    step('end', 9),
    step('fail', 1),
    step('keep', 1),
    step('drop', 1),
    step('pass', 2),
    step('jump', 1),
    step('flush', 1),
  ),
  { minLength: 5, maxLength: 120 },
);

it('every trace is exported completely or not at all, and the statistics add up', async () => {
  await fc.assert(
    fc.asyncProperty(
      program,
      fc.nat(1_000),
      fc.constantFrom('all end', 'some never end', 'shut down'),
      fc.boolean(),
      async (steps, seed, ending, tight) => {
        const { time, delivery, backend } = startDelivery();
        const service = createService({
          head: { ratio: 0.3 },
          tail: {
            policy: { errors: true, slowerThanMs: 500, match: [{ name: 'vip*' }] },
            after: (ms, fn) => time.after(ms, fn),
            // Small limits, so that some traces are decided before their end. All decisions still fit.
            ...(tight ? { maxTraces: 3, maxBytes: 200_000 } : {}),
          },
          fill: seededRandom(seed + 1).fill,
          clock: time,
          output: { processor: delivery.processor, buffer: delivery.processor as never },
        });
        const open: Span[] = [];
        const ended: { name: string; traceId: string }[] = [];
        const names = new WeakMap<Span, string>();
        let jumps = 0;
        const start = (name: string, parent: Span | undefined, root = false): void => {
          const from = parent === undefined ? ROOT_CONTEXT : contextOf(parent);
          const span = service.tracer.startSpan(name, { root }, from);
          names.set(span, name);
          open.push(span);
        };
        const end = (span: Span): void => {
          open.splice(open.indexOf(span), 1);
          span.end();
          ended.push({ name: names.get(span) ?? '', traceId: traceIdOf(span) });
        };
        for (const [i, { what, which }] of steps.entries()) {
          const span = open[which % Math.max(1, open.length)];
          if (what === 'pass') await time.advance(which);
          else if (what === 'flush') await delivery.flush(1_000);
          else if (what === 'root' || span === undefined)
            start(which % 20 === 0 ? `vip${i}` : `root${i}`, undefined);
          else if (what === 'child') start(`child${i}`, span);
          else if (what === 'detached') start(`detached${i}`, span, true);
          else if (what === 'end') end(span);
          else if (what === 'fail') span.setStatus({ code: SpanStatusCode.ERROR });
          else if (what === 'keep' || what === 'drop') service.overrides.set(traceIdOf(span), what);
          else if (what === 'remote') {
            // Another request of the trace reaches the process, with the sampled flag set or not.
            const flags = which % 3 === 0 ? TraceFlags.SAMPLED : TraceFlags.NONE;
            const remote = { ...span.spanContext(), traceFlags: flags, isRemote: true };
            const caller = { spanContext: () => remote } as Span;
            start(`remote${i}`, caller);
          } else if (which % 2 === 0) time.wallOffsetMs += (which - 500) * 3_600_000;
          else if (jumps++ === 0) {
            // Longer than the limit for buffered traces, but shorter than that for the decisions about open spans.
            await time.advance(45_000);
          }
        }
        if (ending === 'all end') while (open[0] !== undefined) end(open[0]);
        if (ending === 'shut down') {
          service.tailSampler?.close();
          await delivery.shutdown(5_000);
          for (const span of open) span.end();
          service.tailSampler?.close();
        } else if (ending === 'some never end') {
          await time.advance(100_000);
          expect(service.tailSampler?.stats().open).toBe(0);
        }
        await delivery.flush(5_000);
        const outcome = new Map<string, boolean>();
        for (const { name, traceId } of ended) {
          const received = backend.received.get(name) ?? 0;
          expect(received).toBeLessThanOrEqual(1);
          expect([name, outcome.get(traceId) ?? received === 1]).toEqual([name, received === 1]);
          outcome.set(traceId, received === 1);
        }
        const stats = delivery.stats();
        const [before, after] = balance(stats);
        expect(before).toBe(after);
        const rest = ending === 'shut down' ? open.length : 0;
        expect(stats.ended).toBe(ended.length + rest);
        if (ending === 'all end') {
          expect(service.tailSampler?.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
          expect(stats.sent).toBe([...backend.received.values()].reduce((sum, n) => sum + n, 0));
        }
        await delivery.shutdown(1_000);
        expect(contextApi.active()).toBe(ROOT_CONTEXT);
      },
    ),
    { numRuns: 400 },
  );
});
