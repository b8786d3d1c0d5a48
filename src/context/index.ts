// The active span in a context, and contexts that are cheap to create.

export { SPAN_KEY, SUPPRESS_KEY } from './keys.js';
export { type DetachableSpan, getSpan, isSuppressed, LightContext, setSpan } from './light-context.js';
