import { describe, expect, it } from 'vitest';
import { StackFrameCache } from '../../../../src/redact/cache/stack-frames.js';

const FRAMES = '\n    at charge (file:///app/pay.js:7:12)\n    at new Promise (<anonymous>)';

describe('frames of stacks', () => {
  it('are looked at once', () => {
    expect(looked('Error: one', FRAMES)).toEqual([]);
  });

  it('are looked at each time under a message that would be kept with them', () => {
    const long = `Error: ${'one '.repeat(5_000)}`;
    expect(looked(long, FRAMES)).toEqual([long]);
  });

  it('are looked at each time where something in them is suspicious', () => {
    const frames = new StackFrameCache();
    for (let i = 0; i < 3; i++) {
      expect(frames.isClean(`Error: ${i}${FRAMES}`, { hasCandidate: text => text.includes('charge') })).toBe(
        false,
      );
    }
  });
});

/** The first lines above frames that were looked at again. */
function looked(first: string, under: string): string[] {
  const frames = new StackFrameCache();
  const again: string[] = [];
  expect(frames.isClean(first + under, { hasCandidate: () => false })).toBe(true);
  const hasCandidate = (text: string): boolean => {
    if (text.endsWith(under)) again.push(text.slice(0, -under.length));
    return false;
  };
  expect(frames.isClean(first + under, { hasCandidate })).toBe(true);
  return again;
}
