import { describe, expect, it } from 'vitest';
import { VendorSettings } from '../../../src/exporters/vendor-settings.js';

const HEX = { pattern: /^[0-9a-f]{8}$/, expected: '8 hexadecimal digits' };

function read<T>(
  fn: (settings: VendorSettings) => T,
  options: object = {},
  env: Readonly<Record<string, string>> = {},
) {
  const settings = new VendorSettings('acme', options, env);
  const value = fn(settings);
  const { problems, fatalProblem } = settings;
  return {
    value,
    problems: problems.map(({ code, path }) => `${code} ${path}`),
    fatal: fatalProblem === undefined ? undefined : `${fatalProblem.code} ${fatalProblem.path}`,
    text: JSON.stringify(problems),
  };
}

describe('readText', () => {
  const text = (options: object, env: Readonly<Record<string, string>> = {}) =>
    read(settings => settings.readText('site', 'ACME_SITE', 'ACME_OLD_SITE'), options, env).value;

  it('prefers the option, then the variables in their order', () => {
    expect(text({ site: 'a' }, { ACME_SITE: 'b' })).toEqual({
      path: 'acme.site',
      value: 'a',
      isFromCode: true,
    });
    expect(text({}, { ACME_OLD_SITE: 'c', ACME_SITE: 'b' })).toEqual({
      path: 'ACME_SITE',
      value: 'b',
      isFromCode: false,
    });
    expect(text({}, { ACME_OLD_SITE: 'c' })?.value).toBe('c');
    expect(text({})).toBeUndefined();
  });

  it('removes blanks, and takes an empty option or variable for unset', () => {
    expect(text({ site: ' a\n' })?.value).toBe('a');
    expect(text({ site: '' }, { ACME_SITE: 'b' })?.value).toBe('b');
    expect(text({ site: ' ' }, { ACME_SITE: ' ', ACME_OLD_SITE: 'c' })?.value).toBe('c');
  });
});

describe('readKey', () => {
  const key = (value: string, format: typeof HEX | null = HEX) =>
    read(settings => settings.readKey(format ?? undefined, 'apiKey', 'ACME_KEY'), {}, { ACME_KEY: value });

  it('returns a key of the format', () => {
    expect(key('0123abcd')).toMatchObject({ value: { value: '0123abcd' }, problems: [], fatal: undefined });
    expect(key('any format', null).problems).toEqual(['malformed_key ACME_KEY']);
    expect(key('any-format', null).problems).toEqual([]);
  });

  it.each(['"0123abcd"', "'0123abcd'", '`0123abcd`'])(
    'refuses quotes, and never shows the key: %s',
    value => {
      const { fatal, text } = key(value);
      expect(fatal).toBe('malformed_key ACME_KEY');
      expect(text).toContain('Remove the quotes around it.');
      expect(text).not.toContain('0123abcd');
    },
  );

  it.each(['a b', 'a\nb', 'schlüssel'])('refuses a key that a header cannot carry: %j', value => {
    const { fatal, text } = key(value);
    expect(fatal).toBe('malformed_key ACME_KEY');
    expect(text).toContain(`${value.length} characters`);
    expect(text).not.toContain(value.slice(1));
  });

  it('accepts a key of another format from the environment, with a problem that is not fatal', () => {
    const { value, problems, fatal, text } = key('unusual-key');
    expect(value?.value).toBe('unusual-key');
    expect([problems, fatal]).toEqual([['malformed_key ACME_KEY'], undefined]);
    expect(text).not.toContain('unusual');
  });
});

describe('readHeaderText', () => {
  const header = (dataset: string) => read(settings => settings.readHeaderText('dataset'), { dataset });

  it('accepts blanks between words', () => {
    expect(header('my dataset')).toMatchObject({ value: { value: 'my dataset' }, problems: [] });
  });

  it('refuses text that a header cannot carry', () => {
    expect(header('データ')).toMatchObject({ value: undefined, fatal: 'malformed_headers acme.dataset' });
    expect(header('a\nb').fatal).toBe('malformed_headers acme.dataset');
  });
});

describe('readChoice', () => {
  const choice = (region: string) =>
    read(settings => settings.readChoice({ us: 1, eu: 2 }, 'region'), { region });

  it('ignores case', () => {
    expect(choice('EU')).toMatchObject({ value: 2, problems: [] });
    expect(choice('')).toMatchObject({ value: undefined, problems: [] });
  });

  it.each(['eu1', 'constructor'])('refuses %s', region => {
    expect(choice(region)).toMatchObject({ value: undefined, fatal: 'unknown_region acme.region' });
  });

  it('suggests a name', () => {
    expect(choice('eu1').text).toContain('"suggestion":"eu"');
  });
});

describe('readEndpoint', () => {
  const endpoint = (value: string) =>
    read(settings => settings.readEndpoint('endpoint'), { endpoint: value });

  it('returns the full URL', () => {
    expect(endpoint('collector').value).toBe('http://collector:4318/v1/traces');
    expect(endpoint('').value).toBeUndefined();
  });

  it('refuses a malformed one', () => {
    expect(endpoint('ftp://x')).toMatchObject({
      value: undefined,
      fatal: 'malformed_endpoint acme.endpoint',
    });
  });

  it('returns a URL with the port of gRPC, with a problem that is not fatal', () => {
    expect(endpoint('http://x:4317')).toMatchObject({
      value: 'http://x:4317/v1/traces',
      problems: ['grpc_port acme.endpoint'],
      fatal: undefined,
    });
  });
});

describe('readBaseUrl', () => {
  const base = (ui: string) => read(settings => settings.readBaseUrl('ui'), { ui });

  it('removes slashes at the end', () => {
    expect(base('https://ui.example/grafana//').value).toBe('https://ui.example/grafana');
  });

  it('ignores text that is not a URL, and masks its secrets', () => {
    const { value, problems, text } = base('user:secret@ui.example');
    expect(value).toBeUndefined();
    expect(problems).toEqual(['malformed_endpoint acme.ui']);
    expect(text).not.toContain('secret');
  });
});

describe('problems', () => {
  it('name the option and the variable of a missing key', () => {
    const { value, fatal, text } = read(settings => settings.addMissing('token', 'ACME_TOKEN', 'a token'));
    expect([value, fatal]).toEqual([undefined, 'missing_key ACME_TOKEN']);
    expect(text).toContain('a token in ACME_TOKEN or acme({ token })');
  });

  it('have one that is fatal: the first', () => {
    const { problems, fatal } = read(settings => {
      settings.addProblem('malformed_key', 'A', 'x', 'y');
      settings.addFatalProblem('unknown_region', 'B', 'x', 'y');
      settings.addFatalProblem('missing_key', 'C', 'x', 'y');
    });
    expect(problems).toEqual(['malformed_key A', 'unknown_region B', 'missing_key C']);
    expect(fatal).toBe('unknown_region B');
  });
});
