// What an exporter is told by init(), made by hand: no environment but the given one, a logger that remembers, and
// timers that pass faster.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics } from '../../src/core/diagnostics.js';
import { DeliveryHub } from '../../src/delivery/index.js';
import type { DeliveryOptions } from '../../src/delivery/options.js';
import { systemTimers, type Timers } from '../../src/core/timers.js';
import type { Exporter, ExporterContext } from '../../src/exporters/exporter.js';
import { resource } from './spans.js';

/** A context and what was said in it. */
export interface TestContext {
  readonly context: ExporterContext;
  readonly lines: string[];
  /** Milliseconds that delivery wanted to wait, each time it waited. */
  readonly waits: number[];
}

/** How the context differs from the usual. */
export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly delivery?: DeliveryOptions;
  readonly otlp?: Partial<ExporterContext['otlp']>;
}

/** How much faster delivery's clock runs; its time-outs are longer by as much. */
const FASTER = 50;
const TIMEOUT_MS = 10_000 * FASTER;

/** A context as `init()` makes it. */
export function exporterContext({
  env = {},
  delivery = {},
  otlp = {},
}: TestContextOptions = {}): TestContext {
  const lines: string[] = [];
  const waits: number[] = [];
  const say = (line: string): void => void lines.push(line);
  const diagnostics = createDiagnostics({
    logger: { error: say, warn: say, info: say, debug: say },
    perMinute: 1_000,
  });
  const timers: Timers = {
    after(ms, fn, keepAlive) {
      waits.push(ms);
      return systemTimers.after(ms / FASTER, fn, keepAlive);
    },
  };
  const options = { shutdownTimeoutMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS, ...delivery };
  const hub = new DeliveryHub({ options, resource, diagnostics, env: {}, timers, random: () => 0 });
  const context: ExporterContext = {
    service: 'orders',
    resource,
    env,
    diagnostics,
    delivery: { timeoutMs: 10_000, ...delivery },
    otlp: {
      endpoint: 'http://localhost:4318/v1/traces',
      headers: {},
      compression: 'gzip',
      protocol: 'http/protobuf',
      timeoutMs: 10_000,
      ...otlp,
    },
    deliver: destination => hub.add(destination),
    deliveryStats: () => ({ exporters: [] }),
  };
  return { context, lines, waits };
}

/** Switches an exporter on, ends the spans, and brings home what arrives. */
export async function deliver(
  exporter: Exporter,
  spans: readonly ReadableSpan[],
  { context }: TestContext,
): Promise<void> {
  const processor = exporter.processor(context);
  for (const span of spans) processor.onEnd(span);
  await processor.forceFlush();
  await processor.shutdown();
}
