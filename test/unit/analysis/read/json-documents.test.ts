import { describe, expect, test } from 'vitest';
import { type Problem, readTraces } from '../../../../src/analysis/index.js';
import { parseJsonDocuments } from '../../../../src/analysis/read/json-documents.js';
import { spanIdOf } from '../../../support/flat-spans.js';
import { readErrorOf, requestWithSpan } from '../../../support/otlp-requests.js';

describe('JSON lines', () => {
  const line = (span: number): string => JSON.stringify(requestWithSpan({ spanId: spanIdOf(span) }));

  test('spans of one trace come together from all lines, empty lines and CR LF included', () => {
    const [trace] = readTraces(`${line(1)}\r\n\n${line(2)}\n`);
    expect(trace?.spans.map(({ spanId }) => spanId)).toEqual([spanIdOf(1), spanIdOf(2)]);
  });

  test('a last line that is still being written is left out and reported', () => {
    const problems: Problem[] = [];
    const [trace] = readTraces(`${line(1)}\n${line(2).slice(0, 30)}`, {
      onProblem: problem => problems.push(problem),
    });
    expect(trace?.spans).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['torn_line']);
  });

  test('a broken line among others is malformed, with its number', () => {
    const error = readErrorOf(() => readTraces(`${line(1)}\n{"broken\n${line(2)}\n`));
    expect(error.code).toBe('malformed');
    expect(error.message).toContain('Line 2');
  });

  test('the first line that is no document makes the whole text one broken document', () => {
    expect(readErrorOf(() => parseJsonDocuments('{"a":\n{"b":1}')).message).toMatch(
      /^The input is not valid JSON: /,
    );
  });
});

describe('the documents of a text', () => {
  test('one document over several lines', () => {
    expect(parseJsonDocuments('{\n"a": 1\n}')).toEqual({ values: [{ a: 1 }] });
  });

  test('one document on each line', () => {
    expect(parseJsonDocuments('[1]\n\n{"a":2}\n')).toEqual({ values: [[1], { a: 2 }] });
  });

  test('the number of a last line that is cut off', () => {
    expect(parseJsonDocuments('{"a":1}\n{"a":')).toEqual({ values: [{ a: 1 }], truncatedLine: 2 });
  });

  test.each(['', '  \n', 'hello', '7', '"text"'])('%j is no JSON document', text => {
    expect(readErrorOf(() => parseJsonDocuments(text, 'otlp-json'))).toMatchObject({
      code: 'unknown_format',
      format: 'otlp-json',
    });
  });
});
