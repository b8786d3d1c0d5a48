import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toYaml } from '../../../../src/cli/collector/yaml.js';

describe('YAML', () => {
  it('has blocks, short lists on one line, and no undefined properties', () => {
    expect(toYaml({ a: { b: [1, 'x: y'], c: {} }, 'd e': [{ f: true, g: [{ h: 1 }] }], i: undefined })).toBe(
      'a:\n  b: [1, "x: y"]\n  c: {}\n"d e":\n  - f: true\n    g:\n      - h: 1\n',
    );
  });

  it('writes a list of more than 60 characters as a block', () => {
    const hosts = Array.from({ length: 10 }, (_, index) => `sampler-${index}:4317`);
    expect(toYaml({ hosts })).toBe(`hosts:\n${hosts.map(host => `  - "${host}"\n`).join('')}`);
  });

  it('quotes any text so that it stays one line of JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const [line = '', ...rest] = toYaml({ key: text }).split('\n');
        expect(rest).toEqual(['']);
        expect(JSON.parse(line.slice('key: '.length))).toBe(text);
      }),
    );
  });
});
