// The fixture of the exporter contract: a context like that of init(), and ended spans of many kinds.

import { createTraceState, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics } from '../core/diagnostics.js';
import { DeliveryHub } from '../delivery/index.js';
import type { ExporterContext } from '../exporters/exporter.js';
import { createExporterContext } from '../exporters/exporter-context.js';
import { DEFAULT_OTLP_SETTINGS } from '../exporters/otlp-settings.js';

const resource = resourceFromAttributes({ 'service.name': 'contract' });
const silent = (): void => {};
let createdSpans = 0;

/**
 * Creates a context like that of `init()`.
 *
 * @param name the exporter's name
 * @param env the environment variables
 * @param limitMs milliseconds for a request and for a shutdown
 */
export function createTestContext(
  name: string,
  env: ExporterContext['env'],
  limitMs: number,
): ExporterContext {
  const diagnostics = createDiagnostics({
    logger: { error: silent, warn: silent, info: silent, debug: silent },
  });
  const delivery = { flushTimeoutMs: limitMs, requestTimeoutMs: limitMs };
  const hub = new DeliveryHub({ options: delivery, resource, diagnostics, env });
  return createExporterContext(name, {
    service: 'contract',
    resource,
    env,
    diagnostics,
    delivery,
    otlp: { ...DEFAULT_OTLP_SETTINGS, requestTimeoutMs: limitMs },
    addDestination: destination => hub.add(destination),
    deliveryStats: () => ({ exporters: [], lateCalls: 0 }),
  });
}

/**
 * Creates an ended span with a unique name.
 *
 * @param parts the fields that differ from the default
 */
export function createTestSpan(
  parts: Partial<ReadableSpan> & { readonly sampled?: boolean } = {},
): ReadableSpan {
  const { sampled = true, ...rest } = parts;
  const id = (++createdSpans).toString(16);
  const context = {
    traceId: id.padStart(32, 'a'),
    spanId: id.padStart(16, 'b'),
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  };
  return {
    name: `contract ${createdSpans}`,
    kind: SpanKind.INTERNAL,
    spanContext: () => context,
    startTime: [1_763_676_000, 0],
    endTime: [1_763_676_000, 5_000_000],
    duration: [0, 5_000_000],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    events: [],
    links: [],
    resource,
    instrumentationScope: { name: 'contract' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...rest,
  };
}

/** Creates spans at the limits of the data model. */
export function createEdgeCaseSpans(): ReadableSpan[] {
  const context = createTestSpan().spanContext();
  const traceState = createTraceState('ot=th:8,vendor=x');
  return [
    createTestSpan({ name: '' }),
    createTestSpan({ name: 'né 😀 \ud800 \u0000' }),
    createTestSpan({
      kind: SpanKind.CONSUMER,
      status: { code: SpanStatusCode.ERROR, message: 'x'.repeat(20_000) },
    }),
    createTestSpan({ parentSpanContext: { ...context, isRemote: true, traceState } }),
    createTestSpan({ startTime: [0, 0], endTime: [0, 0], duration: [0, 0] }),
    createTestSpan({ endTime: [1_763_675_999, 0], duration: [-1, 0] }),
    createTestSpan({
      attributes: {
        '': 'no key',
        ['__proto__']: 'x',
        text: '😀'.repeat(30_000),
        numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0, Number.MAX_SAFE_INTEGER],
        holes: ['a', null, undefined],
        flag: false,
      },
    }),
    createTestSpan({
      attributes: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`key.${n}`, n])),
    }),
    createTestSpan({
      events: Array.from({ length: 128 }, (_, n) => ({ name: `event ${n}`, time: [1_763_676_000, n] })),
      links: Array.from({ length: 128 }, () => ({ context, attributes: { n: 1 } })),
    }),
  ];
}
