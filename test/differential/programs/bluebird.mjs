// Promises of another implementation.
import Bluebird from 'bluebird';

export async function program({ span }) {
  const value = span('value', () => Bluebird.resolve([1, 2]));
  const mapped = await span('mapped', () => Bluebird.resolve([1, 2])).map(n => n * 2);
  // oxlint-disable-next-line promise/valid-params -- Bluebird filters by class
  const caught = await span('failing', () => Bluebird.reject(new TypeError('no'))).catch(
    TypeError,
    error => error.message,
  );
  const order = [];
  await span('finally', () => Bluebird.resolve(1)).finally(() => order.push('finally'));
  return [
    value instanceof Bluebird,
    await value,
    mapped,
    caught,
    order,
    await span('delay', () => Bluebird.delay(1, 'late')).tap(() => order.push('tap')),
  ];
}
