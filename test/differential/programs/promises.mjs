// Promises of every kind: who observes them, in which order, and what is unhandled.
import { types } from 'node:util';

class Later extends Promise {}

export async function program({ span }) {
  const order = [];
  const results = [];
  for (const create of [
    () => Promise.resolve(1),
    () => Object.assign(Promise.resolve(2), { extra: true }),
    () => Later.resolve(3),
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
    () => ({ then: resolve => void resolve(4) }),
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
    () => Object.freeze({ then: resolve => void resolve(5) }),
  ]) {
    const value = span('value', create);
    results.push([types.isPromise(value), value.constructor.name, Object.keys(value)]);
    results.push(await value, await value, (await Promise.all([value, 0]))[0]);
  }
  const failing = span('failing', () => Later.reject(new Error('handled')));
  await failing.catch(() => order.push('caught'));
  await failing.finally(() => order.push('finally')).catch(() => order.push('again'));
  void span('unhandled', () => Later.reject(new Error('unhandled: subclass')));
  void span('unhandled', () => Object.assign(Promise.reject(new Error('unhandled: members')), { a: 1 }));
  void span('unhandled', () => Promise.reject(new Error('unhandled: plain')));
  return [results, order];
}
