// W3C Trace Context Level 2 and W3C Baggage as pure functions, without dependencies, Node.js modules or state.

export type { Baggage, BaggageCodec, BaggageEntry, BaggageProperty } from './baggage.js';
export { baggage, MAX_BAGGAGE_LENGTH } from './baggage.js';
export type { RandomBytes } from './random.js';
export type { MakeTraceparentOptions, Traceparent, TraceparentCodec } from './traceparent.js';
export { FLAG_RANDOM, FLAG_SAMPLED, traceparent } from './traceparent.js';
export type { Tracestate, TracestateCodec } from './tracestate.js';
export { MAX_MEMBERS, tracestate } from './tracestate.js';
