import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  createKeepReasonFinder,
  hasKeepReasons,
  type KeepPolicy,
} from '../../../../src/sampling/tail/keep-policy.js';
import { makeSpan } from '../../../support/spans.js';

const NONE: KeepPolicy = { errors: false, match: [] };
const failed = makeSpan({ name: 'a', status: { code: SpanStatusCode.ERROR }, duration: [2, 0] });
const slow = makeSpan({ name: 'a', duration: [0, 500_000_001] });
const fast = makeSpan({ name: 'a', duration: [0, 500_000_000] });

describe('hasKeepReasons', () => {
  it.each<[Partial<KeepPolicy>, boolean]>([
    [{}, false],
    [{ errors: true }, true],
    [{ slowerThanMs: 0 }, true],
    [{ match: [{}] }, true],
  ])('%j: %s', (policy, expected) => {
    expect(hasKeepReasons({ ...NONE, ...policy })).toBe(expected);
  });
});

describe('the keep reason', () => {
  const all = createKeepReasonFinder({ errors: true, slowerThanMs: 500, match: [{ name: 'a' }] });

  it('precedence: error, slow, match', () => {
    expect([failed, slow, fast].map(span => all(span, true))).toEqual(['error', 'slow', 'match']);
  });

  it('a span is slow only as the local root, and above the limit', () => {
    const find = createKeepReasonFinder({ ...NONE, slowerThanMs: 500 });
    expect([find(slow, true), find(slow, false), find(fast, true)]).toEqual(['slow', undefined, undefined]);
  });

  it('an error counts only if the policy has errors', () => {
    expect(createKeepReasonFinder({ ...NONE, match: [{ name: 'b' }] })(failed, true)).toBeUndefined();
  });

  it('one of several matches is enough', () => {
    const find = createKeepReasonFinder({ ...NONE, match: [{ name: 'x' }, { name: 'a' }] });
    expect(find(fast, false)).toBe('match');
  });
});
