import { describe, expect, test } from 'vitest';
import {
  type OptionSpec,
  parseOptions,
  formatUnknownName,
  UsageError,
} from '../../../src/cli/parse-options.js';

const SPECS: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'flag', short: 'j' },
  host: { type: 'text', short: 'h' },
  port: { type: 'number', short: 'p', min: 1, max: 65_535 },
  'max-bytes': { type: 'bytes' },
};

/** The lines of the error for wrong arguments. */
function problemsOf(...argv: string[]): string[] {
  try {
    parseOptions(argv, SPECS);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('values', () => {
  test('of each type, by long and short name', () => {
    const { flags, texts, numbers, positionals } = parseOptions(
      ['--json', '--host=a b', '-p', '80', 'file', '--max-bytes', '2k'],
      SPECS,
    );
    expect([...flags]).toEqual(['json']);
    expect([...texts]).toEqual([['host', 'a b']]);
    expect([...numbers]).toEqual([
      ['port', 80],
      ['max-bytes', 2_048],
    ]);
    expect(positionals).toEqual(['file']);
  });

  test('the last of an option given twice counts', () => {
    expect(parseOptions(['-p', '1', '-p', '2'], SPECS).numbers.get('port')).toBe(2);
  });

  test('all arguments after -- are positional', () => {
    expect(parseOptions(['--', '--json'], SPECS)).toMatchObject({ positionals: ['--json'] });
  });

  test.each([
    ['500000', 500_000],
    ['1k', 1_024],
    ['64MiB', 67_108_864],
    ['64 mb', 67_108_864],
    ['1G', 1_073_741_824],
    ['7B', 7],
  ])('the size %s is %i bytes', (text, bytes) => {
    expect(parseOptions(['--max-bytes', text], SPECS).numbers.get('max-bytes')).toBe(bytes);
  });
});

describe('problems', () => {
  test.each([
    [['--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['-x'], 'There is no option -x.'],
    [['--constructor', 'x'], 'There is no option --constructor.'],
    [['--json=yes'], '--json takes no value, got "yes".'],
    [['--port'], '--port needs a value.'],
    [['--port='], '--port needs a value.'],
    [['--port', '0'], '--port must be a whole number from 1 to 65535, got "0".'],
    [['--port', '65536'], '--port must be a whole number from 1 to 65535, got "65536".'],
    [['--port', '1.5'], '--port must be a whole number from 1 to 65535, got "1.5".'],
    [['--max-bytes', '0'], '--max-bytes must be a size such as 500000, 64MiB or 1g, got "0".'],
    [['--max-bytes', '1t'], '--max-bytes must be a size such as 500000, 64MiB or 1g, got "1t".'],
  ])('%j', (argv, message) => {
    expect(problemsOf(...argv)).toEqual([message]);
  });

  test('are all reported, one on each line', () => {
    expect(problemsOf('--port', 'x', '--host=', '--max-bytes=x')).toHaveLength(3);
  });
});

describe('a name that does not exist', () => {
  test.each([
    ['jager', 'There is no exporter jager. Did you mean jaeger?'],
    ['constructor', 'There is no exporter constructor.'],
  ])('%s', (name, message) => {
    expect(formatUnknownName(name, ['otlp', 'jaeger'], 'exporter')).toBe(message);
  });
});
