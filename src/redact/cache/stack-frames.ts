// Stack traces from one place in the code differ in their first lines only, where the message is. The frames under it
// are long, full of signs, and the same each time.

import type { CandidateFinder } from '../prefilter/candidates.js';

/** Where V8's frames begin. */
const FIRST = '\n    at ';
/** Of longer stacks nothing is kept: a part of a text keeps all of it in memory, and messages may be long. */
const MOST = 16_384;

/** Remembers the frames of the last stacks that held nothing suspicious. */
export class StackFrameCache {
  #last = '';
  #before = '';

  /**
   * Whether all that is suspicious in a stack trace is in its first lines.
   *
   * @param suspects tell of a text whether a secret may be in it. What is under the first lines begins with `at`, so
   *   that no key, sign or quote in them reaches over
   */
  isClean(stack: string, suspects: Pick<CandidateFinder, 'hasCandidate'>): boolean {
    const at = stack.indexOf(FIRST);
    if (at < 0) return !suspects.hasCandidate(stack);
    const frames = stack.slice(at);
    if (frames === this.#last || frames === this.#before) return !suspects.hasCandidate(stack.slice(0, at));
    if (suspects.hasCandidate(stack)) return false;
    if (stack.length <= MOST) {
      this.#before = this.#last;
      this.#last = frames;
    }
    return true;
  }
}
