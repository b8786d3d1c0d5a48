// The context that init() starts an exporter with, for tests: the given environment, collected diagnostics, and timers that
// run faster.

import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { systemTimers, type Timers } from '../../src/core/timers.js';
import { type DestinationOptions, DeliveryHub } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import type { Exporter, ExporterContext } from '../../src/exporters/exporter.js';
import { type CapturedDiagnostic, collectDiagnostics } from './captured-diagnostics.js';
import { resource } from './spans.js';

/** A context, and the diagnostics that were reported to it. */
export interface TestContext {
  readonly context: ExporterContext;
  readonly captured: readonly CapturedDiagnostic[];
  /** The delay of each timer of delivery, in milliseconds. */
  readonly delaysMs: readonly number[];
}

/** The parts of the context that differ from the default. */
export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly delivery?: DeliveryOptions;
  readonly otlp?: Partial<ExporterContext['otlp']>;
}

/** An exporter that was started without a network. */
export interface StartedExporter {
  readonly processor: SpanProcessor;
  /** The destination that the exporter asked to deliver to. `undefined` if it is disabled. */
  readonly destination: DestinationOptions | undefined;
  /** The full URL of the destination. */
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly captured: readonly CapturedDiagnostic[];
  /** The code and source of each diagnostic: `missing_key HONEYCOMB_API_KEY`. */
  readonly reported: readonly string[];
}

/** The factor by which timers of delivery run faster. Its time-outs are longer by the same factor. */
const SPEED = 50;
const TIMEOUT_MS = 10_000 * SPEED;

/** A transport whose requests fail. */
const NO_NETWORK: NonNullable<DestinationOptions['transport']> = {
  send: async () => ({
    kind: 'failure',
    code: 'ECONNREFUSED',
    message: '',
    isRequestSent: false,
    wireBytes: 0,
  }),
  hold() {},
  close() {},
};

/** Creates a context like that of `init()`. */
export function createExporterContext({
  env = {},
  delivery = {},
  otlp = {},
}: TestContextOptions = {}): TestContext {
  const { diagnostics, captured } = collectDiagnostics();
  const delaysMs: number[] = [];
  const timers: Timers = {
    after(delayMs, fn, keepAlive) {
      delaysMs.push(delayMs);
      return systemTimers.after(delayMs / SPEED, fn, keepAlive);
    },
  };
  const options = { flushTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS, ...delivery };
  const hub = new DeliveryHub({ options, resource, diagnostics, env: {}, timers, random: () => 0 });
  const context: ExporterContext = {
    service: 'orders',
    resource,
    env,
    diagnostics,
    delivery: { requestTimeoutMs: 10_000, ...delivery },
    otlp: {
      endpoint: 'http://localhost:4318/v1/traces',
      headers: {},
      compression: 'gzip',
      protocol: 'http/protobuf',
      requestTimeoutMs: 10_000,
      ...otlp,
    },
    deliver: destination => hub.add(destination),
    deliveryStats: () => ({ exporters: [], lateCalls: 0 }),
  };
  return { context, captured, delaysMs };
}

/** Starts an exporter with a transport whose requests fail. */
export function startExporter(exporter: Exporter, options: TestContextOptions = {}): StartedExporter {
  const { context, captured } = createExporterContext(options);
  let destination: DestinationOptions | undefined;
  const processor = exporter.processor({
    ...context,
    deliver(given) {
      destination = given;
      return context.deliver({ ...given, transport: NO_NETWORK });
    },
  });
  return {
    processor,
    destination,
    url: destination?.endpoint.href,
    headers: destination?.headers,
    captured,
    reported: captured.map(({ code, source }) => `${code} ${source}`),
  };
}

/** Starts an exporter, ends the spans, and delivers them. */
export async function deliverSpans(
  exporter: Exporter,
  spans: readonly ReadableSpan[],
  { context }: TestContext,
): Promise<void> {
  const processor = exporter.processor(context);
  for (const span of spans) processor.onEnd(span);
  await processor.forceFlush();
  await processor.shutdown();
}
