// A tree of each trace on stderr, for development. The analysis draws it and is loaded only if this exporter is used.

import type * as analysisModule from '../analysis/index.js';
import type { FlatSpan } from '../analysis/types.js';
import type { Check } from '../core/check.js';
import { formatValue } from '../core/format-value.js';
import { reportFault } from '../core/guard.js';
import type { ReadableSpan, SpanProcessor } from '../core/sdk-types.js';
import { writeQuietly } from '../core/write-quietly.js';
import {
  addProblem,
  booleanValue,
  numberInRange,
  throwIfInvalid,
  type Validator,
} from '../core/validators.js';
import { isSampled } from '../spans/trace-flags.js';
import type { Exporter } from './exporter.js';
import { emptyStats } from './exporter-state.js';
import { toFlatSpan } from './flat-span.js';
import { validateExporterOptions } from './option-validation.js';
import { withInternalMembers } from './started-exporter.js';

/** A stream for text. A `WriteStream` of Node.js fits. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The output of the tree. */
export interface ConsoleTreeOptions {
  /** The stream that the tree is written to. @default process.stderr */
  readonly stream?: TextStream | undefined;
  /** Whether the tree has colours. @default true on a terminal, unless NO_COLOR is set */
  readonly color?: boolean | undefined;
  /** Width in columns. @default the width of the terminal, else 80 */
  readonly width?: number | undefined;
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
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: 'console' });
 */
export function consoleTree(options: ConsoleTreeOptions = {}): Exporter {
  const { stream = process.stderr, ...given } = validate(options);
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
    const width = given.width ?? stream.columns ?? 80;
    const color = given.color ?? (stream.isTTY === true && !process.env['NO_COLOR']);
    try {
      for (const built of buildTraces(trace.spans))
        writeQuietly(stream, `${renderTree(built, { width, color })}\n`);
    } catch (error) {
      // A span that cannot be drawn must not reach the application.
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

  function endSpan(span: ReadableSpan, isPrinted: boolean): void {
    const { traceId } = span.spanContext();
    const trace = traces.get(traceId) ?? { openSpans: 1, spans: [] };
    traces.set(traceId, trace);
    trace.openSpans--;
    if (isPrinted) {
      held++;
      trace.spans.push(toFlatSpan(span, service));
    }
    if (trace.openSpans <= 0) closeTrace(traceId);
    else if (held > MAX_HELD_SPANS || traces.size > MAX_OPEN_TRACES) closeOldestTrace();
  }

  const processor: SpanProcessor = {
    onStart(span) {
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
      if (!isSampled(span.spanContext())) unsampled++;
      endSpan(span, isSampled(span.spanContext()));
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
    start(context) {
      service = context.service;
      loading ??= import('../analysis/index.js').then(module => {
        analysis = module;
        for (const trace of unprinted.splice(0)) print(trace);
      });
      return withInternalMembers(
        {
          processor,
          stats: () => ({ ...emptyStats('console'), ended, unsampled, queued: held, sent: printed }),
        },
        { processor, leaveOut: span => endSpan(span, false) },
      );
    },
    check: async (): Promise<Check> => ({ name: 'console', status: 'ok', message: 'prints to stderr' }),
  };
}

const textStream: Validator<TextStream> = (value, context) => {
  const stream = value as { readonly write?: unknown } | null;
  if (typeof value === 'object' && typeof stream?.write === 'function') return value as TextStream;
  return addProblem(context, 'wrong_type', 'a stream with a method write', formatValue(value));
};

function validate(options: ConsoleTreeOptions): ConsoleTreeOptions {
  const { options: given, problems } = validateExporterOptions<ConsoleTreeOptions>('consoleTree', options, {
    stream: textStream,
    color: booleanValue,
    width: numberInRange({
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      isInteger: true,
      expected: 'a whole number of columns, 1 or more',
    }),
  });
  throwIfInvalid(problems);
  return given;
}
