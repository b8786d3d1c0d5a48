import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  describeProblem,
  isTraceError,
  type OptionProblem,
  createProblemDiagnostic,
  formatProblemFact,
  formatProblemFix,
  TraceError,
} from '../../../src/core/errors.js';

const unknown: OptionProblem = {
  code: 'unknown_option',
  path: 'servce',
  expected: 'an option of init()',
  received: '"orders"',
  suggestion: 'service',
};
const ratio: OptionProblem = {
  code: 'out_of_range',
  path: 'sample',
  expected: 'a number from 0 to 1',
  received: '5',
  fix: 'Use a ratio.',
};

describe('TraceError', () => {
  const error = new TraceError([unknown, ratio]);

  it('has the code of the first problem, and one line for each', () => {
    expect(error.code).toBe('unknown_option');
    expect(error.name).toBe('TraceError');
    expect(error.message).toBe(
      'unknown_option: servce: this option does not exist. Did you mean service?\n' +
        'out_of_range: sample: the number is outside its range; expected a number from 0 to 1, got 5. Use a ratio.',
    );
  });

  it('is not printed with the list of problems below the message', () => {
    expect(inspect(error)).not.toContain('received:');
    expect(error.problems).toEqual([unknown, ratio]);
  });

  it('is recognised when another copy of this package created it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('@do/trace.error')]: true });
    expect(isTraceError(foreign)).toBe(true);
    expect(foreign).toBeInstanceOf(TraceError);
  });

  it.each([null, undefined, 'text', new Error('x'), {}])('is not %o', value => {
    expect(isTraceError(value)).toBe(false);
    expect((value as unknown) instanceof TraceError).toBe(false);
  });
});

describe('the texts of a problem', () => {
  it('name expected and received only where they help', () => {
    expect(formatProblemFact(ratio)).toBe(
      'sample: the number is outside its range; expected a number from 0 to 1, got 5',
    );
    expect(formatProblemFact(unknown)).toBe('servce: this option does not exist');
    const { suggestion: _, ...withoutSuggestion } = unknown;
    expect(formatProblemFact(withoutSuggestion)).toBe(
      'servce: this option does not exist; expected an option of init()',
    );
  });

  it('always have a fix', () => {
    expect(formatProblemFix(unknown)).toBe('Write service.');
    expect(formatProblemFix(ratio)).toBe('Use a ratio.');
    expect(formatProblemFix({ ...ratio, suggestion: '0.5' })).toBe('Use a ratio. Write 0.5.');
    const { fix: _, ...withoutFix } = ratio;
    expect(formatProblemFix(withoutFix)).toBe('Correct sample.');
    expect(describeProblem(withoutFix)).not.toContain('Correct');
  });
});

describe('createProblemDiagnostic', () => {
  it('keeps the code, and has the path as its source', () => {
    expect(createProblemDiagnostic(unknown)).toEqual({
      code: 'unknown_option',
      message: 'servce: this option does not exist',
      fix: 'Write service.',
      source: 'servce',
    });
  });
});
