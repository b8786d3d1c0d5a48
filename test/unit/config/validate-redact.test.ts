import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the redact option', () => {
  it.each([
    { redact: false },
    { redact: {} },
    { redact: { keys: ['ssn', /token/], patterns: [/\d{16}/], replace: 'hash' } },
  ])('accepts %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it('accepts a function as replace', () => {
    const replace = (): string => '';
    expect(validateInitOptions({ redact: { replace } })).toEqual({ redact: { replace } });
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ redact: true }, 'wrong_type', 'redact'],
    [{ redact: 'keys' }, 'wrong_type', 'redact'],
    [{ redact: { keys: [''] } }, 'wrong_type', 'redact.keys[0]'],
    [{ redact: { keys: [{}] } }, 'wrong_type', 'redact.keys[0]'],
    [{ redact: { patterns: ['x'] } }, 'wrong_type', 'redact.patterns[0]'],
    [{ redact: { replace: 'hide' } }, 'wrong_type', 'redact.replace'],
    [{ redact: { replace: 5 } }, 'wrong_type', 'redact.replace'],
    [{ redact: { key: [] } }, 'unknown_option', 'redact.key', 'keys'],
  ])('refuses %j', (options, code, path, suggestion) => {
    const problems = problemsOf(() => validateInitOptions(options));
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  it.each<[unknown, string]>([
    [{ replace: 'hide' }, "'mask', 'hash' or 'drop', or a function that receives the value and its key"],
    [{ replace: 5 }, "'mask', 'hash' or 'drop', or a function that receives the value and its key"],
    [{ keys: 'ssn' }, 'a list of keys and regular expressions'],
    [{ keys: [5] }, 'a key or a regular expression'],
    [{ keys: [''] }, 'a string that is not empty'],
  ])('for %j it expects %s', (redact, expected) => {
    expect(problemsOf(() => validateInitOptions({ redact }))[0]?.expected).toBe(expected);
  });

  it('explains that redaction is on already for true only', () => {
    const fixOf = (redact: unknown): string | undefined =>
      problemsOf(() => validateInitOptions({ redact }))[0]?.fix;
    expect(fixOf(true)).toBe('Leave it out: secrets are redacted unless it is false.');
    expect(fixOf('keys')).toBeUndefined();
  });
});
