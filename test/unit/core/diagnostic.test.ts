import { describe, expect, it } from 'vitest';
import { formatDiagnostic, isSameDiagnostic } from '../../../src/core/diagnostic.js';

describe('formatDiagnostic', () => {
  it('ends with the code', () => {
    expect(formatDiagnostic({ code: 'already_started', message: 'init() was called before' })).toBe(
      'init() was called before [already_started]',
    );
  });

  it('adds the fix as a sentence, and leaves out why', () => {
    const diagnostic = {
      code: 'foreign_provider',
      message: 'Another provider is registered',
      why: 'No span reaches the backend.',
      fix: 'Remove it.',
    } as const;
    expect(formatDiagnostic(diagnostic)).toBe(
      'Another provider is registered. Remove it. [foreign_provider]',
    );
  });
});

describe('isSameDiagnostic', () => {
  it.each([
    [{ code: 'started' }, { code: 'started' }, true],
    [{ code: 'started', source: 'a' }, { code: 'started', source: 'a' }, true],
    [{ code: 'started', source: 'a' }, { code: 'started', source: 'b' }, false],
    [{ code: 'started', source: 'a' }, { code: 'started' }, false],
    [{ code: 'started' }, { code: 'already_started' }, false],
  ] as const)('%o and %o: %s', (one, other, expected) => {
    expect(isSameDiagnostic(one, other)).toBe(expected);
  });
});
