// A tree of each trace on stderr, for development. The analysis draws it and is loaded only if this exporter is used.

import type { Context } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type * as analysisModule from '../analysis/index.js';
import type { FlatSpan } from '../analysis/types.js';
import type { Check } from '../core/check.js';
import { reportFault } from '../core/guard.js';
import { isSampled } from '../spans/trace-flags.js';
import type { Exporter } from './exporter.js';
import { toFlatSpan } from './flat-span.js';

/** The output of the tree. */
export interface ConsoleTreeOptions {
  /** The stream that the tree is written to. @default process.stderr */
  readonly stream?: Pick<NodeJS.WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  /** Whether the tree has colours. @default true on a terminal, unless NO_COLOR is set */
  readonly color?: boolean;
  /** Width in columns. @default the width of the terminal, else 80 */
  readonly width?: number;
}

/** Spans held until their traces end. Above this number the oldest trace is printed, although it is incomplete. */
const MAX_HELD_SPANS = 10_000;
/** Open traces. The limit bounds the memory for spans that never end. */
const MAX_OPEN_TRACES = 1_000;

type Analysis = typeof analysisModule;

/** A trace with open spans in this process. */
interface OpenTrace {
  openSpans: number;
  readonly spans: FlatSpan[];
}

/**
 * Prints each trace as a tree after its last open span in this process has ended.
 *
 * @param options the output
 * @example
 * init({ service: 'orders', exporter: 'console' });
 */
export function consoleTree(options: ConsoleTreeOptions = {}): Exporter {
  const { stream = process.stderr } = options;
  const traces = new Map<string, OpenTrace>();
  /** Complete traces that ended before the analysis was loaded. */
  const unprinted: OpenTrace[] = [];
  let analysis: Analysis | undefined;
  let loading: Promise<void> | undefined;
  let service = '';
  let ended = 0;
  let unsampled = 0;
  let held = 0;
  let printed = 0;

  function print(trace: OpenTrace): void {
    if (analysis === undefined) {
      unprinted.push(trace);
      return;
    }
    const { renderTree, buildTraces } = analysis;
    held -= trace.spans.length;
    printed += trace.spans.length;
    const width = options.width ?? stream.columns ?? 80;
    const color = options.color ?? (stream.isTTY === true && !process.env['NO_COLOR']);
    try {
      for (const built of buildTraces(trace.spans)) stream.write(`${renderTree(built, { width, color })}\n`);
    } catch (error) {
      // A closed stderr, or a span that cannot be drawn, must not reach the application.
      reportFault('consoleTree()', error);
    }
  }

  function closeTrace(traceId: string): void {
    const trace = traces.get(traceId);
    traces.delete(traceId);
    if (trace !== undefined && trace.spans.length > 0) print(trace);
  }

  function closeOldestTrace(): void {
    for (const oldest of traces.keys()) {
      closeTrace(oldest);
      return;
    }
  }

  const processor: SpanProcessor = {
    onStart(span: Span, _parent: Context) {
      const { traceId } = span.spanContext();
      const trace = traces.get(traceId);
      if (trace !== undefined) trace.openSpans++;
      else {
        traces.set(traceId, { openSpans: 1, spans: [] });
        if (traces.size > MAX_OPEN_TRACES) closeOldestTrace();
      }
    },
    onEnd(span) {
      ended++;
      const { traceId } = span.spanContext();
      const trace = traces.get(traceId) ?? { openSpans: 1, spans: [] };
      traces.set(traceId, trace);
      trace.openSpans--;
      if (isSampled(span.spanContext())) {
        held++;
        trace.spans.push(toFlatSpan(span, service));
      } else unsampled++;
      if (trace.openSpans <= 0) closeTrace(traceId);
      else if (held > MAX_HELD_SPANS || traces.size > MAX_OPEN_TRACES) closeOldestTrace();
    },
    async forceFlush() {
      await loading;
    },
    async shutdown() {
      await loading;
      for (const traceId of traces.keys()) closeTrace(traceId);
    },
  };

  return {
    name: 'console',
    endpoint: 'stderr',
    processor(context) {
      service = context.service;
      loading ??= import('../analysis/index.js').then(module => {
        analysis = module;
        for (const trace of unprinted.splice(0)) print(trace);
      });
      return processor;
    },
    check: async (): Promise<Check> => ({ name: 'console', status: 'ok', message: 'prints to stderr' }),
    stats: () => ({
      exporter: 'console',
      ended,
      unsampled,
      held: 0,
      queued: held,
      spooled: 0,
      sent: printed,
      rejected: 0,
      dropped: {},
      retries: 0,
      bytes: 0,
    }),
  };
}
