// Random programs on the real engine, outlet and delivery: whatever happens to a trace, it leaves whole or not at all,
// and every span that has ended is in the numbers.

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
import { idOf, makeService, randomness, under } from './harness.js';

/** What happens next, to which of the open spans. */
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

it('every trace is whole, and the numbers add up', async () => {
  await fc.assert(
    fc.asyncProperty(
      program,
      fc.nat(1_000),
      fc.constantFrom('all end', 'some never end', 'shut down'),
      fc.boolean(),
      async (steps, seed, ending, tight) => {
        const world = startDelivery();
        const { time, delivery, backend } = world;
        const service = makeService({
          head: { ratio: 0.3 },
          tail: {
            policy: { errors: true, slowerThanMs: 500, match: [{ name: 'vip*' }] },
            after: (ms, fn) => time.after(ms, fn),
            // Some are decided before their end; the decisions themselves fit.
            ...(tight ? { maxTraces: 3, maxBytes: 200_000 } : {}),
          },
          fill: randomness(seed + 1).fill,
          clock: time,
          line: { processor: delivery.processor, buffer: delivery.processor as never },
        });
        const open: Span[] = [];
        const ended: { name: string; traceId: string }[] = [];
        const names = new WeakMap<Span, string>();
        let jumps = 0;
        const start = (name: string, parent: Span | undefined, root = false): void => {
          const from = parent === undefined ? ROOT_CONTEXT : under(parent);
          const span = service.tracer.startSpan(name, { root }, from);
          names.set(span, name);
          open.push(span);
        };
        const end = (span: Span): void => {
          open.splice(open.indexOf(span), 1);
          span.end();
          ended.push({ name: names.get(span) ?? '', traceId: idOf(span) });
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
          else if (what === 'keep' || what === 'drop') service.overrides.set(idOf(span), what);
          else if (what === 'remote') {
            // A second request of the trace comes back to the process, with whatever flag others gave it.
            const flags = which % 3 === 0 ? TraceFlags.SAMPLED : TraceFlags.NONE;
            const remote = { ...span.spanContext(), traceFlags: flags, isRemote: true };
            const caller = { spanContext: () => remote } as Span;
            start(`remote${i}`, caller);
          } else if (which % 2 === 0) time.wallOffsetMs += (which - 500) * 3_600_000;
          else if (jumps++ === 0) {
            // Over the bound for what waits, and not over that for decisions that open spans ask for.
            await time.advance(45_000);
          }
        }
        if (ending === 'all end') while (open[0] !== undefined) end(open[0]);
        if (ending === 'shut down') {
          service.stage?.close();
          await delivery.shutdown(5_000);
          for (const span of open) span.end();
          service.stage?.close();
        } else if (ending === 'some never end') {
          await time.advance(100_000);
          expect(service.stage?.stats().open).toBe(0);
        }
        await delivery.flush(5_000);
        const outcome = new Map<string, boolean>();
        for (const { name, traceId } of ended) {
          const left = backend.received.get(name) ?? 0;
          expect(left).toBeLessThanOrEqual(1);
          expect([name, outcome.get(traceId) ?? left === 1]).toEqual([name, left === 1]);
          outcome.set(traceId, left === 1);
        }
        const stats = delivery.stats();
        const [before, after] = balance(stats);
        expect(before).toBe(after);
        const rest = ending === 'shut down' ? open.length : 0;
        expect(stats.ended).toBe(ended.length + rest);
        if (ending === 'all end') {
          expect(service.stage?.stats()).toMatchObject({ open: 0, late: 0, bytes: 0 });
          expect(stats.sent).toBe([...backend.received.values()].reduce((sum, n) => sum + n, 0));
        }
        await delivery.shutdown(1_000);
        expect(contextApi.active()).toBe(ROOT_CONTEXT);
      },
    ),
    { numRuns: 400 },
  );
});
