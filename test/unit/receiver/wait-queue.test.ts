import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitQueue } from '../../../src/receiver/wait-queue.js';

test('returns the ids whose time has come, once, in the order of their time', () => {
  const queue = new WaitQueue();
  queue.add('a', 10);
  queue.add('b', 20);
  queue.add('c', 30);
  expect(queue.nextDueMs()).toBe(10);
  expect(queue.takeDue(9)).toEqual([]);
  expect(queue.takeDue(20)).toEqual(['a', 'b']);
  expect(queue.takeDue(20)).toEqual([]);
  expect(queue.nextDueMs()).toBe(30);
});

test('an id that is added again waits for its new time only', () => {
  const queue = new WaitQueue();
  queue.add('a', 10);
  queue.add('b', 15);
  queue.add('a', 20);
  expect(queue.takeDue(15)).toEqual(['b']);
  expect(queue.takeDue(20)).toEqual(['a']);
});

test('a deleted id does not wait', () => {
  const queue = new WaitQueue();
  queue.add('a', 10);
  queue.delete('a');
  queue.delete('unknown');
  expect(queue.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
  expect(queue.takeDue(100)).toEqual([]);
});

test('takeAll empties the queue', () => {
  const queue = new WaitQueue();
  queue.add('a', 10);
  queue.add('b', 20);
  expect(queue.takeAll()).toEqual(['a', 'b']);
  expect(queue.takeAll()).toEqual([]);
});

test('with times that only grow, each id is returned at its last time', () => {
  const operation = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), stepMs: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(operation), operations => {
      const queue = new WaitQueue();
      const expected = new Map<string, number>();
      let nowMs = 0;
      for (const { id, stepMs } of operations) {
        nowMs += stepMs;
        queue.add(id, nowMs + 10);
        expected.set(id, nowMs + 10);
        for (const due of queue.takeDue(nowMs)) {
          expect(expected.get(due)).toBeLessThanOrEqual(nowMs);
          expected.delete(due);
        }
        expect(queue.nextDueMs()).toBe(Math.min(...expected.values()));
      }
      expect(queue.takeAll().sort()).toEqual([...expected.keys()].sort());
    }),
  );
});
