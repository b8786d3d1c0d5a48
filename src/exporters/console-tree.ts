// A readable tree per trace on stderr, for development. It is drawn by @do/trace/analysis, loaded only if this is used.

import type { Check } from '../core/check.js';
import { type Context, type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type * as analysisModule from '../analysis/index.js';
import type { Attributes, FlatSpan, Kind } from '../analysis/types.js';
import { reportFault } from '../core/guard.js';
import type { Exporter } from './exporter.js';
import { isSampled } from '../spans/is-sampled.js';

/** How the tree is printed. */
export interface ConsoleTreeOptions {
  /** Where it goes. @default process.stderr */
  readonly stream?: Pick<NodeJS.WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  /** Whether to colour. @default on a terminal, unless NO_COLOR is set */
  readonly color?: boolean;
  /** Columns. @default the terminal's, else 80 */
  readonly width?: number;
}

/** Spans that wait for the end of their trace; beyond that the oldest trace is printed as far as it has come. */
const MAX_WAITING = 10_000;
/** Traces that wait at once: spans that never end must not pile up either. */
const MAX_TRACES = 1_000;

type Analysis = typeof analysisModule;

/** The spans of one trace that are known here. */
interface OpenTrace {
  open: number;
  readonly spans: FlatSpan[];
}

/**
 * Prints each trace as a tree when its last open span in this process has ended.
 *
 * @example
 * init({ service: 'orders', exporter: 'consoleTree' });
 */
export function consoleTree(options: ConsoleTreeOptions = {}): Exporter {
  const { stream = process.stderr } = options;
  const traces = new Map<string, OpenTrace>();
  let analysis: Analysis | undefined;
  let loading: Promise<void> | undefined;
  let service = '';
  let ended = 0;
  let unsampled = 0;
  let waiting = 0;
  let printed = 0;
  const ready: OpenTrace[] = [];

  function print(trace: OpenTrace): void {
    if (analysis === undefined) {
      ready.push(trace);
      return;
    }
    const { renderTree, buildTraces } = analysis;
    waiting -= trace.spans.length;
    printed += trace.spans.length;
    const width = options.width ?? stream.columns ?? 80;
    const color = options.color ?? (stream.isTTY === true && !process.env['NO_COLOR']);
    try {
      for (const built of buildTraces(trace.spans)) stream.write(`${renderTree(built, { width, color })}\n`);
    } catch (error) {
      // A closed stderr, or a span this cannot draw: the application goes on.
      reportFault('consoleTree', error);
    }
  }

  function finish(traceId: string): void {
    const trace = traces.get(traceId);
    traces.delete(traceId);
    if (trace !== undefined && trace.spans.length > 0) print(trace);
  }

  function finishOldest(): void {
    for (const oldest of traces.keys()) {
      finish(oldest);
      return;
    }
  }

  const processor: SpanProcessor = {
    onStart(span: Span, _parent: Context) {
      const { traceId } = span.spanContext();
      const trace = traces.get(traceId);
      if (trace !== undefined) trace.open++;
      else {
        traces.set(traceId, { open: 1, spans: [] });
        if (traces.size > MAX_TRACES) finishOldest();
      }
    },
    onEnd(span) {
      ended++;
      const { traceId } = span.spanContext();
      const trace = traces.get(traceId) ?? { open: 1, spans: [] };
      traces.set(traceId, trace);
      trace.open--;
      if (isSampled(span)) {
        waiting++;
        trace.spans.push(flatSpan(span, service));
      } else unsampled++;
      if (trace.open <= 0) finish(traceId);
      else if (waiting > MAX_WAITING || traces.size > MAX_TRACES) finishOldest();
    },
    async forceFlush() {
      await loading;
    },
    async shutdown() {
      await loading;
      for (const traceId of traces.keys()) finish(traceId);
    },
  };

  return {
    name: 'consoleTree',
    endpoint: 'stderr',
    processor(context) {
      service = context.service;
      loading ??= import('../analysis/index.js').then(module => {
        analysis = module;
        for (const trace of ready.splice(0)) print(trace);
      });
      return processor;
    },
    check: async (): Promise<Check> => ({ name: 'consoleTree', status: 'ok', message: 'prints to stderr' }),
    stats: () => ({
      exporter: 'consoleTree',
      ended,
      unsampled,
      queued: waiting,
      spooled: 0,
      sent: printed,
      rejected: 0,
      dropped: {},
      retries: 0,
      bytes: 0,
    }),
  };
}

const KINDS: Readonly<Record<SpanKind, Kind>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUS = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
} as const;

/** An ended span as the analysis reads it. */
function flatSpan(span: ReadableSpan, service: string): FlatSpan {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: span.name,
    service,
    kind: KINDS[span.kind],
    startNs: nanoseconds(span.startTime),
    endNs: nanoseconds(span.endTime),
    status: {
      code: STATUS[span.status.code],
      ...(span.status.message === undefined ? {} : { message: span.status.message }),
    },
    attributes: { ...span.attributes } as Attributes,
    events: span.events.map(event => ({
      name: event.name,
      timeNs: nanoseconds(event.time),
      attributes: { ...event.attributes } as Attributes,
    })),
    links: span.links.map(link => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: { ...link.attributes } as Attributes,
    })),
  };
}

function nanoseconds([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(rest));
}
