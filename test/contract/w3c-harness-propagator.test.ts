import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import { accessCarrier } from '../../src/propagation/carrier.js';
import { carrierGetter } from '../../src/propagation/header-values.js';
import { W3CPropagator } from '../../src/propagation/index.js';
import { describeW3cHarness, type Headers } from './w3c-harness.js';

/** Creates a service that starts a client span for each outgoing call with OpenTelemetry's tracer. */
const createService = (sampler: Sampler) => {
  const tracer = new BasicTracerProvider({ sampler }).getTracer('test');
  const propagator = new W3CPropagator();
  return (request: Headers, calls: number): Headers[] => {
    const incoming = propagator.extract(ROOT_CONTEXT, accessCarrier(request), carrierGetter);
    const server = trace.setSpan(incoming, tracer.startSpan('server', {}, incoming));
    return Array.from({ length: calls }, (): Headers => {
      const outgoing: Headers = [];
      const client = trace.setSpan(server, tracer.startSpan('client', {}, server));
      propagator.inject(client, outgoing, { set: (carrier, key, value) => carrier.push([key, value]) });
      return outgoing;
    });
  };
};

describeW3cHarness('the propagator with recorded spans', createService(new AlwaysOnSampler()));
describeW3cHarness('the propagator with spans that are not recorded', createService(new AlwaysOffSampler()));
