import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

const propagator = { inject() {}, extract() {}, fields: () => [] };

describe('the propagate option', () => {
  it.each([
    {},
    { formats: 'w3c' },
    { formats: ['w3c', 'google', propagator] },
    { formats: propagator },
    { to: 'api.example', baggageTo: [], from: 'none', baggageFrom: ['tenant'] },
    { to: ['*.example', 'api.example:8443', '[::1]', '*'], from: 'any' },
    { to: () => true, baggageTo: () => false, from: () => true },
  ])('accepts %j', propagate => {
    expect(validateInitOptions({ propagate })).toEqual({ propagate });
  });

  it.each<[unknown, string, string, string?]>([
    // [option, code, path, suggestion]
    [{ formats: ['tracecontext'] }, 'unknown_propagator', 'propagate.formats[0]', 'w3c'],
    [{ formats: ['w3c', 'bagage'] }, 'unknown_propagator', 'propagate.formats[1]', 'baggage'],
    [{ formats: 'none' }, 'unknown_propagator', 'propagate.formats'],
    [{ formats: {} }, 'wrong_type', 'propagate.formats'],
    [{ to: 'https://api.example/' }, 'wrong_type', 'propagate.to'],
    [{ to: ['a', 'b:99999'] }, 'wrong_type', 'propagate.to[1]'],
    [{ to: [/api/] }, 'wrong_type', 'propagate.to[0]'],
    [{ to: true }, 'wrong_type', 'propagate.to'],
    [{ baggageTo: 1 }, 'wrong_type', 'propagate.baggageTo'],
    [{ from: 'noen' }, 'wrong_type', 'propagate.from', 'none'],
    [{ from: ['a'] }, 'wrong_type', 'propagate.from'],
    [{ baggageFrom: 'tenant' }, 'wrong_type', 'propagate.baggageFrom'],
    [{ form: 'any' }, 'unknown_option', 'propagate.form', 'from'],
    [null, 'wrong_type', 'propagate'],
  ])('refuses %j', (propagate, code, path, suggestion) => {
    const problems = problemsOf(() => validateInitOptions({ propagate }));
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  const host = "a host such as 'api.example', 'api.example:8443' or '*.example'";
  it.each<[unknown, string]>([
    [{ to: 5 }, `${host}, a list of these, or a function that receives the URL`],
    [{ baggageTo: 'a/b' }, `${host}, a list of these, or a function that receives the URL`],
    [{ to: ['a/b'] }, host],
    [{ to: [5] }, host],
    [{ from: 'all' }, "'any' or 'none', or a function that receives the headers"],
    [{ from: 5 }, "'any' or 'none', or a function that receives the headers"],
  ])('for %j it expects %s', (propagate, expected) => {
    expect(problemsOf(() => validateInitOptions({ propagate }))[0]?.expected).toBe(expected);
  });

  it.each<[unknown, RegExp]>([
    [{ to: 'https://api.example/' }, /the host alone/],
    [{ to: [/api/] }, /a function that receives the URL/],
    [{ formats: 'none' }, /formats: \[\]/],
    [{ formats: Map }, /with new/],
  ])('the fix for %j matches %s', (propagate, fix) => {
    expect(problemsOf(() => validateInitOptions({ propagate }))[0]?.fix).toMatch(fix);
  });
});
