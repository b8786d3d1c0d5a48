import { describe, expect, it } from 'vitest';
import { checkSpanOptions, checkWrapOptions } from '../../../src/span/check-options.js';
import { captureDiagnostics, type CapturedDiagnostic } from '../../support/captured-diagnostics.js';

const check = (name: string, options: unknown): CapturedDiagnostic[] =>
  captureDiagnostics(() => checkSpanOptions(name, options));

describe('checkSpanOptions', () => {
  it('reports unknown options with the nearest name', () => {
    const captured = check('unknown', { atributes: {}, startTimestamp: 1, foo: 1 });
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'span_option_ignored', 'atributes'],
      ['warn', 'span_option_ignored', 'startTimestamp'],
      ['warn', 'span_option_ignored', 'foo'],
    ]);
    expect(captured.map(({ fix }) => fix)).toEqual([
      'Write attributes.',
      expect.stringContaining('The options are attributes, kind,'),
      expect.stringContaining('The options are attributes, kind,'),
    ]);
  });

  it('reports simple values of a wrong type', () => {
    const options = { stream: 'yes', keep: 1, isError: true };
    expect(check('types', options).map(({ source }) => source)).toEqual(['stream', 'keep', 'isError']);
  });

  it('accepts valid options, and options that are undefined or null', () => {
    const options = {
      attributes: {},
      kind: 'client',
      stream: true,
      keep: undefined,
      isError: null,
      links: [],
    };
    expect([...check('valid', options), ...check('none', undefined), ...check('null', null)]).toEqual([]);
  });

  it('checks once for each span name', () => {
    expect(check('once', { nonsense: 1 })).toHaveLength(1);
    expect(check('once', { nonsense: 1 })).toEqual([]);
  });

  it('calls no getter, and reports a proxy that throws', () => {
    const options = {
      get stream(): never {
        throw new Error('the getter was called');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(check('getter', options)).toEqual([]);
    expect(check('proxy', proxy).map(({ source }) => source)).toEqual(['options']);
  });

  it('reports a few of many unknown options', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`option${index}`, 1]));
    expect(check('many', many)).toHaveLength(5);
  });

  it('reports options that are no object', () => {
    expect(check('number', 5).map(({ source }) => source)).toEqual(['options']);
  });
});

describe('checkWrapOptions', () => {
  it('knows the option result, and checks every call', () => {
    const run = (options: unknown): CapturedDiagnostic[] =>
      captureDiagnostics(() => checkWrapOptions(options));
    expect(run({ result: () => ({}), attributes: () => ({}) })).toEqual([]);
    for (let call = 0; call < 2; call++)
      expect(run({ result: 5 }).map(({ source }) => source)).toEqual(['result']);
  });
});
