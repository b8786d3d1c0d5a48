// The cache of stack frames. Stack traces from one place in the code differ in their first lines only, which hold the
// message. The frames below are long, full of candidate characters, and equal each time.

import type { CandidateFinder } from '../prefilter/candidates.js';

/** The beginning of V8's first frame. */
const FIRST_FRAME = '\n    at ';
/** Frames of longer stacks are not stored: a slice keeps the whole text in memory, and messages may be long. */
const MAX_STACK_LENGTH = 16_384;

/** Stores the frames of the last two stacks without candidate places. */
export class StackFrameCache {
  #last = '';
  #previous = '';

  /**
   * Whether a stack trace has no candidate place.
   *
   * @param candidates finds candidate places. The text below the first lines begins with `at`, so no key, sign or quote
   *   in the first lines extends into it
   */
  isClean(stack: string, candidates: Pick<CandidateFinder, 'hasCandidate'>): boolean {
    const at = stack.indexOf(FIRST_FRAME);
    if (at < 0) return !candidates.hasCandidate(stack);
    const frames = stack.slice(at);
    if (frames === this.#last || frames === this.#previous) {
      return !candidates.hasCandidate(stack.slice(0, at));
    }
    if (candidates.hasCandidate(stack)) return false;
    if (stack.length <= MAX_STACK_LENGTH) {
      this.#previous = this.#last;
      this.#last = frames;
    }
    return true;
  }
}
