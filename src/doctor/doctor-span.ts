// The span that the doctor sends: a real one, through the encoder and the limits of its destination.

import { ROOT_CONTEXT } from '@opentelemetry/api';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createDiagnostics } from '../core/diagnostics.js';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { DeliveryHub } from '../delivery/index.js';
import type { Transport } from '../delivery/transport.js';
import type { ProbeTarget } from './probe-target.js';

/** The name of the span. */
export const SPAN_NAME = 'trace doctor';

/** The span as it is sent. */
export interface DoctorSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** An ExportTraceServiceRequest in protobuf. */
  readonly bytes: Uint8Array;
}

const ENCODE_TIMEOUT_MS = 2_000;
const silentDiagnostics = createDiagnostics({
  logger: { error() {}, warn() {}, info() {}, debug() {} },
  level: 'none',
});

/**
 * Creates the span and encodes it as delivery would for a destination.
 *
 * @param target the destination, with its limits and resource
 * @returns undefined if the `shape` of the destination rejects the span
 */
export async function createDoctorSpan(target: ProbeTarget): Promise<DoctorSpan | undefined> {
  const { destination, resource, env } = target;
  const bodies: Uint8Array[] = [];
  const recordingTransport: Transport = {
    async send({ body }) {
      bodies.push(body.slice());
      return { kind: 'success', wireBytes: body.length };
    },
    hold() {},
    close() {},
  };
  const hub = new DeliveryHub({ options: {}, resource, diagnostics: silentDiagnostics, env });
  const delivery = hub.add({ ...destination, transport: recordingTransport });
  const provider = new BasicTracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [delivery.processor],
  });
  const attributes = {
    'do.doctor': true,
    'do.doctor.about':
      'Sent by the doctor of @do/trace to check whether spans arrive. It is not work of the service.',
  };
  const tracer = provider.getTracer(SCOPE_NAME, VERSION);
  const span = tracer.startSpan(SPAN_NAME, { root: true, attributes }, ROOT_CONTEXT);
  span.end();
  await delivery.shutdown(ENCODE_TIMEOUT_MS);
  const [bytes] = bodies;
  const { traceId, spanId } = span.spanContext();
  return bytes === undefined ? undefined : { bytes, traceId, spanId };
}
