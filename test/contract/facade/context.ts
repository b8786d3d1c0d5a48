// The active context across asynchronous code, and its control.

import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { getParentId } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeContext(subject: FacadeSubject): void {
  describe('the context is preserved across', () => {
    it('awaits, Promise.all, timers, queueMicrotask and nextTick', async () => {
      const seen: (string | undefined)[] = [];
      const note = (): void => void seen.push(trace.ids()?.spanId);
      await trace.span('work', async () => {
        await nextTurn();
        note();
        await Promise.all([nextTurn().then(note), Promise.resolve().then(note)]);
        await new Promise<void>(resolve => setTimeout(() => resolve(note()), 0));
        await new Promise<void>(resolve => queueMicrotask(() => resolve(note())));
        await new Promise<void>(resolve => process.nextTick(() => resolve(note())));
      });
      const { spanId } = subject.span('work').spanContext();
      expect(seen).toEqual(Array.from({ length: 6 }, () => spanId));
    });

    it('event emitters and worker pools, with bind', async () => {
      const emitter = new EventEmitter();
      const pool: (() => void)[] = [];
      const seen: (string | undefined)[] = [];
      trace.span('work', () => {
        emitter.on(
          'done',
          trace.bind(() => void seen.push(trace.ids()?.spanId)),
        );
        pool.push(trace.bind(() => void seen.push(trace.ids()?.spanId)));
      });
      trace.span('other', () => {
        emitter.emit('done');
        for (const job of pool) job();
      });
      const { spanId } = subject.span('work').spanContext();
      expect(seen).toEqual([spanId, spanId]);
    });

    it('bind, with this, parameters, name and length', () => {
      const counter = {
        n: 1,
        add: trace.span('work', () =>
          trace.bind(function add(this: { n: number }, a: number, b: number): number {
            return this.n + a + b;
          }),
        ),
      };
      expect([counter.add(1, 2), counter.add.name, counter.add.length]).toEqual([4, 'add', 2]);
    });

    it('nested parallel spans: 100 orders, and each child has the right parent', async () => {
      await Promise.all(
        Array.from({ length: 100 }, (_, order) =>
          trace.span(`order ${order}`, async () => {
            await nextTurn();
            await Promise.all(
              [0, 1].map(step =>
                trace.span(`step ${order}.${step}`, async () => {
                  await nextTurn();
                  trace.span(`leaf ${order}.${step}`, () => {});
                }),
              ),
            );
          }),
        ),
      );
      expect(subject.spans()).toHaveLength(500);
      for (let order = 0; order < 100; order++) {
        const root = subject.span(`order ${order}`);
        expect(getParentId(root)).toBeUndefined();
        for (const step of [0, 1]) {
          const child = subject.span(`step ${order}.${step}`);
          expect(getParentId(child)).toBe(root.spanContext().spanId);
          expect(getParentId(subject.span(`leaf ${order}.${step}`))).toBe(child.spanContext().spanId);
          expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
        }
      }
    });

    it('detached spans start new traces, and suppressed spans are not created', () => {
      trace.span('outer', () => {
        trace.detached(() => trace.span('elsewhere', () => {}));
        trace.suppress(() => trace.span('silent', () => {}));
      });
      expect(subject.hasEnded('silent')).toBe(false);
      expect(getParentId(subject.span('elsewhere'))).toBeUndefined();
      expect(subject.span('elsewhere').spanContext().traceId).not.toBe(
        subject.span('outer').spanContext().traceId,
      );
    });
  });
}
