// Contexts: which span is active, and the cheapest Context that says so.

export { SPAN_KEY, SUPPRESS_KEY } from './keys.js';
export {
  activeSpan,
  isSuppressed,
  type DetachableSpan,
  LightContext,
  withSpan,
} from './light-context.js';
