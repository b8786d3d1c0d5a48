// `@do/trace/analysis`: read traces and look at them. No SDK, no Node: runs in a browser.

export { type JsonSpan, type JsonTrace, type JsonValue, traceJson } from './json.js';
export { type RowError, summarize, type TraceSummary, type TreeRow, treeRows } from './model.js';
export { FORMATS, readSpans } from './read/detect.js';
export { type Batch, type FormatName, ReadError, type ReadErrorCode } from './read/error.js';
export { type ReadOptions, readTraces } from './read/index.js';
export { type RenderOptions, renderTree } from './render.js';
export { formatDuration } from './terminal.js';
export { buildTraces } from './tree.js';
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
