// `@do/trace/analysis`: read traces and look at them. No SDK, no Node: runs in a browser.

export { type JsonSpan, type JsonTrace, type JsonValue, traceJson } from './trace-json.js';
export { type RowError, summarize, type TraceSummary, type TreeRow, treeRows } from './tree-rows.js';
export { FORMATS, readSpans } from './read/read-spans.js';
export { type Batch, type FormatName, ReadError, type ReadErrorCode } from './read/read-error.js';
export { type ReadOptions, readTraces } from './read/read-traces.js';
export { type RenderOptions, renderTree } from './render.js';
export { formatDuration } from './terminal-text.js';
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
