// Starts tracing as an application does, with a memory exporter and a logger that collects its messages.

import { context, diag, metrics, propagation, trace as apiTrace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Logger } from '../../src/core/diagnostics.js';
import { globalState } from '../../src/core/global-state.js';
import { type MemoryExporter, memory, type StartedExporter } from '../../src/exporters/index.js';
import {
  type Exporter,
  type ExporterStats,
  type InitOptions,
  init,
  isTraceError,
  trace,
  type TraceHandle,
} from '../../src/index.js';

/** A started set-up. */
export interface StartedTracing {
  readonly handle: TraceHandle;
  readonly recorded: MemoryExporter;
  /** The messages of the logger. */
  readonly lines: readonly string[];
}

/** Removes the variables that affect tracing before each test, and everything that is registered after each test. */
export function isolateTracing(): void {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (/^(OTEL_|DO_TRACE_|TRACE|BAGGAGE$)/.test(name)) vi.stubEnv(name, undefined);
    }
  });
  afterEach(async () => {
    await trace.shutdown();
    for (const api of [apiTrace, context, propagation, metrics, diag]) api.disable();
    globalState.contextManager = undefined;
  });
}

/** The statistics of the first exporter. */
export function firstRow(): ExporterStats | undefined {
  return trace.stats().exporters[0];
}

/** Calls `init()` without instrumentations and exit handlers. */
export function startTracing(options: InitOptions = {}): StartedTracing {
  const recorded = memory();
  const { logger, lines } = collectingLogger();
  const handle = init({
    service: 'test',
    exporter: recorded,
    instrument: false,
    exitHandlers: false,
    logger,
    ...options,
  });
  return { handle, recorded, lines };
}

/** A logger that keeps its messages. */
export function collectingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const push = (message: string): void => void lines.push(message);
  return { logger: { error: push, warn: push, info: push, debug: push }, lines };
}

/** The problems of the error that `init()` throws. */
export function problemsOf(options: unknown): readonly { code: string; path: string; suggestion?: string }[] {
  try {
    init(options as InitOptions);
  } catch (error) {
    if (isTraceError(error)) return error.problems as never;
    throw error;
  }
  throw new Error('init() threw nothing');
}

/** A processor with the given methods. The others do nothing. */
export function processorWith(methods: Partial<SpanProcessor> = {}): SpanProcessor {
  return {
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
    ...methods,
  };
}

/** An exporter whose processor has the given methods, with further members of the started exporter. */
export function exporterWith(
  methods: Partial<SpanProcessor> = {},
  started: Partial<StartedExporter> = {},
): Exporter {
  return {
    name: 'mine',
    start: () => ({ processor: processorWith(methods), ...started }),
    check: async () => ({ name: 'mine', status: 'ok', message: '' }),
  };
}
