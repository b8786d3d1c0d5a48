import { describe, expect, it } from 'vitest';
import { parseTraceState, W3CTraceState } from '../../../src/propagation/trace-state.js';
import { tracestate } from '../../../src/w3c/tracestate.js';

describe('W3CTraceState', () => {
  it('serializes the received text until a member changes', () => {
    const text = 'a=1 , b=2';
    const state = new W3CTraceState(tracestate.parse(text), text);
    expect(state.serialize()).toBe(text);
    expect(state.set('ot', 'th:8').serialize()).toBe('ot=th:8,a=1,b=2');
    expect(state.unset('a').serialize()).toBe('b=2');
    expect([state.get('a'), state.get('x')]).toEqual(['1', undefined]);
  });

  it('returns itself for an invalid member and for an absent key', () => {
    const state = new W3CTraceState(tracestate.parse('a=1'), 'a=1');
    expect(state.set('BAD', '1')).toBe(state);
    expect(state.unset('x')).toBe(state);
  });
});

describe('parseTraceState', () => {
  it('joins several values', () => {
    expect(parseTraceState(['a=1', 'b=2'])?.serialize()).toBe('a=1,b=2');
  });

  it.each([[[]], [['']], [['a=1,BAD=2']], [['a=1', '=']]])('returns undefined for %j', values => {
    expect(parseTraceState(values)).toBeUndefined();
  });

  it('drops white space from a text that is longer than any list without white space', () => {
    expect(parseTraceState([`a=1${' '.repeat(100_000)},b=2`])?.serialize()).toBe('a=1,b=2');
  });
});
