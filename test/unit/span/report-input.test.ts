import { describe, expect, it } from 'vitest';
import {
  isObject,
  readName,
  readVersion,
  reportArgument,
  reportDroppedAttribute,
  reportOption,
  reportUnknownOptions,
} from '../../../src/span/report-input.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

it('an argument is reported once for each function and expectation', () => {
  const captured = captureDiagnostics(() => {
    for (const value of [5, 'x']) reportArgument('trace.bind', 'a function', value);
    reportArgument('trace.bind', 'an emitter', 5);
  });
  expect(captured).toEqual([
    {
      level: 'warn',
      code: 'argument_ignored',
      message: 'trace.bind expects a function, got 5',
      fix: 'Pass a function.',
      source: 'trace.bind',
    },
    expect.objectContaining({ message: 'trace.bind expects an emitter, got 5' }),
  ]);
});

it('an option is reported once for each kind of value', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const values = [5, 5, new Date(), new Date(), Promise.resolve(), [], {}, undefined, proxy, () => {}];
  const captured = captureDiagnostics(() => {
    for (const value of values) reportOption('parent', 'a span', value);
  });
  expect(captured.map(({ message }) => message.split('got ')[1])).toEqual([
    '5',
    'a date',
    'a promise',
    'an array',
    'an object',
    'undefined',
    'a proxy',
    'a function',
  ]);
  expect(new Set(captured.map(({ code, source }) => `${code} ${source}`))).toEqual(
    new Set(['span_option_ignored parent']),
  );
});

it('an unknown option of a function is reported', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  const captured = captureDiagnostics(() => {
    reportUnknownOptions('trace.flush', { timeoutMs: 1 }, ['timeoutMs']);
    reportUnknownOptions('trace.flush', { timeout: 1 }, ['timeoutMs']);
    revoke();
    reportUnknownOptions('trace.shutdown', proxy, ['timeoutMs']);
  });
  expect(captured.map(({ code, message }) => [code, message.split('; ')[0]])).toEqual([
    ['argument_ignored', 'trace.flush expects the options timeoutMs, got "timeout"'],
    ['callback_failed', expect.stringContaining('the options of trace.shutdown')],
  ]);
});

it('a dropped attribute is reported once for each key', () => {
  const captured = captureDiagnostics(() => {
    for (const key of ['a', 'a', '']) reportDroppedAttribute(key);
  });
  expect(captured.map(({ code, source }) => [code, source])).toEqual([
    ['attribute_dropped', 'a'],
    ['attribute_dropped', ''],
  ]);
});

describe('readName and readVersion', () => {
  it('return text, and report other values', () => {
    const captured = captureDiagnostics(() => {
      expect([readName('work', 'trace.span'), readName(7, 'trace.span')]).toEqual(['work', '7']);
      expect(readVersion('1', 'trace.scope')).toBe('1');
      expect([readVersion(1, 'trace.scope'), readVersion(undefined, 'x'), readVersion(null, 'x')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });
    expect(captured.map(({ source }) => source)).toEqual(['trace.span', 'trace.scope']);
  });
});

it('isObject accepts objects only', () => {
  expect([{}, [], null, undefined, 'x', () => {}].map(isObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
