// The span that is sent to see whether spans arrive: a real one, through the encoder and the limits of its destination.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics } from '../core/diagnostics.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { DeliveryHub } from '../delivery/index.js';
import type { Transport } from '../delivery/transport.js';
import type { SpanIds } from '../exporters/exporter.js';
import type { ConnectionTarget } from './target.js';

/** What the span is called. */
export const SPAN_NAME = 'trace doctor';

/** A span as it goes over the wire. */
export interface DoctorSpan extends SpanIds {
  /** An ExportTraceServiceRequest in protobuf. */
  readonly bytes: Uint8Array;
}

const ENCODE_LIMIT_MS = 2_000;
const silent = createDiagnostics({
  logger: { error() {}, warn() {}, info() {}, debug() {} },
  level: 'none',
});

/**
 * Makes the span and its bytes, as delivery would for this destination; undefined where the destination's own shape
 * lets no span through.
 *
 * @param target whose limits and resource
 */
export async function makeDoctorSpan(target: ConnectionTarget): Promise<DoctorSpan | undefined> {
  const { destination, resource, env } = target;
  const chunks: Uint8Array[] = [];
  const keep: Transport = {
    async send({ body }) {
      chunks.push(body.slice());
      return { kind: 'taken', wireBytes: body.length };
    },
    hold() {},
    close() {},
  };
  const hub = new DeliveryHub({ options: {}, resource, diagnostics: silent, env });
  const delivery = hub.add({ ...destination, transport: keep });
  const provider = new BasicTracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [delivery.processor],
  });
  const attributes = {
    'trace.doctor': true,
    'trace.doctor.about':
      'Sent by the doctor of @do/trace to see whether spans arrive; it is no work of the service.',
  };
  const span = provider
    .getTracer(SCOPE_NAME, VERSION)
    .startSpan(SPAN_NAME, { root: true, attributes }, ROOT_CONTEXT);
  span.end();
  await delivery.shutdown(ENCODE_LIMIT_MS);
  const [bytes] = chunks;
  const { traceId, spanId } = span.spanContext();
  return bytes === undefined ? undefined : { bytes, traceId, spanId };
}
