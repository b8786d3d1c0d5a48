import { describe, expect, it } from 'vitest';
import type { Validator } from '../../../src/core/validators.js';
import { file } from '../../../src/exporters/file.js';
import {
  datadog,
  elastic,
  grafana,
  honeycomb,
  jaeger,
  newRelic,
  otlp,
  prometheus,
} from '../../../src/exporters/index.js';
import {
  anyString,
  endpointValidator,
  headersValidator,
  requestHeaders,
  tlsValidator,
  validateExporterOptions,
} from '../../../src/exporters/option-validation.js';
import { problemCodesOf } from '../../support/problems-of.js';

function validate<T>(validator: Validator<T>, value: unknown) {
  const problems: { code: string; path: string; received: string }[] = [];
  const result = validator(value, { path: 'x', problems: problems as never });
  return {
    result,
    problems: problems.map(({ code, path }) => `${code} ${path}`),
    text: JSON.stringify(problems),
  };
}

describe('validateExporterOptions', () => {
  const fields = { a: anyString, b: anyString };

  it('copies the accepted options and collects the problems of the others', () => {
    const { options, problems } = validateExporterOptions<{ a?: string; b?: string }>(
      'acme',
      { a: 'x', b: 1, c: 2 },
      fields,
    );
    expect(options).toEqual({ a: 'x' });
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unknown_option acme.c',
      'wrong_type acme.b',
    ]);
  });

  it.each([null, undefined, 'text', 42, []])('throws for %j', options => {
    expect(problemCodesOf(() => validateExporterOptions('acme', options, fields))).toEqual([
      'wrong_type acme',
    ]);
  });
});

describe('anyString', () => {
  it('accepts an empty string, and nothing but strings', () => {
    expect(validate(anyString, '').result).toBe('');
    expect(validate(anyString, 1).problems).toEqual(['wrong_type x']);
  });
});

describe('tlsValidator', () => {
  it('accepts text, bytes and lists of both', () => {
    const tls = { ca: [Buffer.from('x'), 'y'], cert: 'x', key: new Uint8Array(1), rejectUnauthorized: false };
    expect(validate(tlsValidator, tls)).toMatchObject({ result: tls, problems: [] });
  });

  it('refuses other values and names', () => {
    expect(validate(tlsValidator, { ca: 42, pem: 'x', key: ['x', 1] }).problems).toEqual([
      'unknown_option x.pem',
      'wrong_type x.ca',
      'wrong_type x.key',
    ]);
  });
});

describe('endpointValidator', () => {
  it('completes text, and accepts a URL object unchanged', () => {
    expect(validate(endpointValidator, 'collector').result).toBe('http://collector:4318/v1/traces');
    const url = new URL('https://collector.example/custom');
    expect(validate(endpointValidator, url).result).toBe(url);
  });

  it('refuses other values', () => {
    for (const value of [42, null, {}, { href: 'x' }]) {
      expect(validate(endpointValidator, value).problems).toEqual(['wrong_type x']);
    }
    expect(validate(endpointValidator, 'htp://x').problems).toEqual(['malformed_endpoint x']);
  });
});

describe('headersValidator', () => {
  it('accepts an object or a function, and nothing else', () => {
    const getHeaders = (): object => ({});
    expect(validate(headersValidator, getHeaders).result).toBe(getHeaders);
    expect(validate(headersValidator, { a: 'b' }).result).toEqual({ a: 'b' });
    expect(validate(headersValidator, 'a=b').problems).toEqual(['wrong_type x']);
  });
});

describe('requestHeaders', () => {
  it('removes blanks around values', () => {
    expect(validate(requestHeaders, { authorization: 'Bearer x\n', 'x-empty': '' })).toMatchObject({
      result: { authorization: 'Bearer x', 'x-empty': '' },
      problems: [],
    });
  });

  it('refuses characters that a header cannot carry, without showing them', () => {
    const { result, problems, text } = validate(requestHeaders, {
      authorization: 'Bearer hidden\nx',
      'a b': 'hidden',
      good: 'x',
    });
    expect(result).toEqual({ good: 'x' });
    expect(problems).toEqual(['malformed_headers x["authorization"]', 'malformed_headers x["a b"]']);
    expect(text).not.toContain('hidden');
  });

  it('refuses values that are not strings', () => {
    expect(validate(requestHeaders, { a: 1 }).problems).toEqual(['wrong_type x["a"]']);
    for (const value of ['a=b', null, []]) {
      expect(validate(requestHeaders, value)).toMatchObject({
        result: undefined,
        problems: ['wrong_type x'],
      });
    }
  });

  it('shortens long names in the path', () => {
    const [problem = ''] = validate(requestHeaders, { ['n'.repeat(500)]: 1 }).problems;
    expect(problem.length).toBeLessThan(100);
  });
});

describe('the options of every exporter', () => {
  const exporters = { datadog, elastic, file, grafana, honeycomb, jaeger, newRelic, otlp, prometheus };
  const call = (make: (...args: never) => unknown, options: unknown) => () =>
    Reflect.apply(make, undefined, [options]);

  it.each(Object.entries(exporters))('are an object: %s', (name, make) => {
    for (const options of [null, 'text', 42, []]) {
      expect(problemCodesOf(call(make, options))).toEqual([`wrong_type ${name}`]);
    }
  });

  it.each(Object.entries(exporters))('have known names: %s', (name, make) => {
    expect(problemCodesOf(call(make, { nonsense: 1 }))).toEqual([`unknown_option ${name}.nonsense`]);
  });

  it.each(Object.entries({ elastic, grafana, jaeger, otlp }))(
    'take certificates as text: %s',
    (name, make) => {
      expect(problemCodesOf(call(make, { tls: 'text' }))).toEqual([`wrong_type ${name}.tls`]);
      expect(problemCodesOf(call(make, { tls: { ca: 42, pem: 'x' } }))).toEqual([
        `unknown_option ${name}.tls.pem`,
        `wrong_type ${name}.tls.ca`,
      ]);
      const tls = { ca: Buffer.from('x'), cert: 'x', key: 'x', rejectUnauthorized: true };
      expect(problemCodesOf(call(make, { tls }))).toEqual([]);
    },
  );
});
