// The entry `@do/trace/analysis`: reads traces and renders them. It uses neither the SDK nor Node, so that it runs in a browser.

export { type JsonSpan, type JsonTrace, type JsonValue, traceJson } from './trace-json.js';
export type { RowError } from './row-error.js';
export { summarize, type TraceSummary } from './trace-summary.js';
export { type TreeRow, treeRows } from './tree-rows.js';
export { FORMATS, readSpans } from './read/read-spans.js';
export { type FormatName, ReadError, type ReadErrorCode } from './read/read-error.js';
export type { Batch } from './read/reader.js';
export { type ReadOptions, readTraces } from './read/read-traces.js';
export { type RenderOptions, renderTree } from './render.js';
export { formatDuration } from './format-duration.js';
export { buildTraces } from './build-traces.js';
export {
  type Attributes,
  type AttributeValue,
  type FlatEvent,
  type FlatSpan,
  type Kind,
  type Problem,
  type ProblemCode,
  PROBLEMS,
  type SpanEvent,
  type SpanLink,
  type SpanNode,
  type Status,
  type Trace,
} from './types.js';
