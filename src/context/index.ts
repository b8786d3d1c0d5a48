// The active span in a context, and contexts that are cheap to create.

export { addContextAttributes, type ContextAttributes, getContextAttributes } from './context-attributes.js';
export { SPAN_KEY, SUPPRESS_KEY } from './keys.js';
export {
  type DetachableSpan,
  getSpan,
  isSuppressed,
  LightContext,
  setParentSpan,
  setSpan,
} from './light-context.js';
