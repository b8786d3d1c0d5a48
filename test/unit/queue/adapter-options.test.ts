import { describe, expect, it } from 'vitest';
import { copyForClient, mergeAdapterOptions } from '../../../src/queue/adapter-options.js';
import type { AdapterOptions } from '../../../src/queue/types.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const DEFAULTS = { system: 'test', destination: 'unknown' };
const fail = (): never => {
  throw new Error('hostile');
};

describe('mergeAdapterOptions', () => {
  it('prefers the message to the defaults, and the caller to the message', () => {
    const read = (): object => ({ destination: 'orders', messageId: 'm-1', redelivered: undefined });
    expect(mergeAdapterOptions(read, DEFAULTS)).toStrictEqual({
      system: 'test',
      destination: 'orders',
      messageId: 'm-1',
      attributes: {},
    });
    expect(mergeAdapterOptions(read, DEFAULTS, { destination: 'mine' }).destination).toBe('mine');
  });

  it('merges the attributes of the message and of the caller', () => {
    const read = (): object => ({ attributes: { a: 1, b: 1 } });
    expect(mergeAdapterOptions(read, DEFAULTS, { attributes: { b: 2, c: 2 } })).toMatchObject({
      attributes: { a: 1, b: 2, c: 2 },
    });
  });

  it('keeps the defaults if the message cannot be read, and reports that', () => {
    const captured = captureDiagnostics(() => {
      expect(mergeAdapterOptions(fail, DEFAULTS)).toEqual({ ...DEFAULTS, attributes: {} });
    });
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'reading a test message' }]);
  });

  it("keeps the message's options if those of the caller cannot be read", () => {
    const overrides = Object.defineProperty({}, 'attributes', { get: fail, enumerable: true });
    const captured = captureDiagnostics(() => {
      const read = (): object => ({ destination: 'orders' });
      expect(mergeAdapterOptions(read, DEFAULTS, overrides as AdapterOptions)).toEqual({
        system: 'test',
        destination: 'orders',
      });
    });
    expect(captured).toMatchObject([
      { code: 'callback_failed', source: 'reading the options of a test adapter' },
    ]);
  });
});

describe('copyForClient', () => {
  it('returns the copy', () => {
    expect(copyForClient('test', () => ({ a: 1 }))).toEqual({ a: 1 });
  });

  it('returns undefined if the copy throws, and reports that', () => {
    const captured = captureDiagnostics(() => expect(copyForClient('test', fail)).toBeUndefined());
    expect(captured).toMatchObject([
      { code: 'callback_failed', source: 'copying the options of a test message' },
    ]);
  });
});
