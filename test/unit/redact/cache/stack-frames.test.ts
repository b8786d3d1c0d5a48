import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StackFrameCache } from '../../../../src/redact/cache/stack-frames.js';
import { createDefaultRedactor } from '../../../support/redact/redact-text.js';
import { corpusPart, fixedPart, variablePart } from '../../../support/redact/text-arbitraries.js';

const FRAMES = '\n    at charge (file:///app/pay.js:7:12)\n    at new Promise (<anonymous>)';

/** Searches a stack twice. Returns the first lines above frames that were searched a second time. */
function searchedAgain(firstLines: string, frames: string): string[] {
  const cache = new StackFrameCache();
  const again: string[] = [];
  expect(cache.isClean(firstLines + frames, { hasCandidate: () => false })).toBe(true);
  const hasCandidate = (text: string): boolean => {
    if (text.endsWith(frames)) again.push(text.slice(0, -frames.length));
    return false;
  };
  expect(cache.isClean(firstLines + frames, { hasCandidate })).toBe(true);
  return again;
}

describe('the frames of a stack', () => {
  it('are searched once', () => {
    expect(searchedAgain('Error: one', FRAMES)).toEqual([]);
  });

  it('are searched each time below a long message, which would stay in memory with them', () => {
    const longMessage = `Error: ${'one '.repeat(5_000)}`;
    expect(searchedAgain(longMessage, FRAMES)).toEqual([longMessage]);
  });

  it('are stored up to a stack of 16,384 characters', () => {
    const longest = 'a'.repeat(16_384 - FRAMES.length);
    expect(searchedAgain(longest, FRAMES)).toEqual([]);
    expect(searchedAgain(`${longest}a`, FRAMES)).toEqual([`${longest}a`]);
  });

  it('are not stored for a text without frames', () => {
    const cache = new StackFrameCache();
    const hasCandidate = (text: string): boolean => text.includes('token=');
    expect(cache.isClean('Error: =', { hasCandidate })).toBe(true);
    expect(cache.isClean('Error: token=', { hasCandidate })).toBe(false);
  });

  it('are searched each time if they have a candidate place', () => {
    const cache = new StackFrameCache();
    const hasCandidate = (text: string): boolean => text.includes('charge');
    for (let i = 0; i < 3; i++) expect(cache.isClean(`Error: ${i}${FRAMES}`, { hasCandidate })).toBe(false);
  });

  it('of the last two stacks are stored', () => {
    const cache = new StackFrameCache();
    const stackOf = (name: string): string => `Error\n    at ${name} (file.js:1:2)`;
    for (const name of ['a', 'b', 'c']) cache.isClean(stackOf(name), { hasCandidate: () => false });
    const isStored = (name: string): boolean =>
      cache.isClean(stackOf(name), { hasCandidate: text => text.includes('file.js') });
    expect(['c', 'b', 'a'].map(isStored)).toEqual([true, true, false]);
  });

  it('a candidate place above known frames is found', () => {
    const cache = new StackFrameCache();
    const hasCandidate = (text: string): boolean => text.includes('!');
    expect(cache.isClean(`Error: one${FRAMES}`, { hasCandidate })).toBe(true);
    expect(cache.isClean(`Error: two!${FRAMES}`, { hasCandidate })).toBe(false);
    expect(cache.isClean('Error: no frames!', { hasCandidate })).toBe(false);
  });
});

it('the results with the cache are those without it', () => {
  const frames = [
    '\n    at charge (file:///app/pay.js:7:12)',
    '\n    at <anonymous>',
    '\n    at new Promise (<anonymous>)',
    '\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    '\n  [cause]: Error: token=hunter2hunter2',
    '\n    at f (https://ann:hunter2@cdn.example/a.js:1:2)',
  ];
  const stacks = fc.array(
    fc.tuple(
      fc.array(fc.oneof(corpusPart, variablePart, fixedPart), { maxLength: 3 }),
      fc.array(fc.constantFrom(...frames), { maxLength: 3 }),
    ),
    { minLength: 2, maxLength: 8 },
  );
  fc.assert(
    fc.property(stacks, each => {
      const redactor = createDefaultRedactor();
      for (const [message, stackFrames] of each) {
        const stack = `Error: ${message.join('')}${stackFrames.join('')}`;
        const attributes = { 'exception.stacktrace': stack };
        expect(redactor.attributes(attributes)).toEqual(createDefaultRedactor().attributes(attributes));
      }
    }),
    { numRuns: 300 },
  );
});
