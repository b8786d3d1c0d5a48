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
import { describeHarness, type Lines } from './w3c-harness.js';

/** A service that makes a client span for every call on OpenTelemetry's own tracer. */
const serviceWith = (sampler: Sampler) => {
  const tracer = new BasicTracerProvider({ sampler }).getTracer('test');
  const propagator = new W3CPropagator();
  return (request: Lines, calls: number): Lines[] => {
    const incoming = propagator.extract(ROOT_CONTEXT, accessCarrier(request), carrierGetter);
    const server = trace.setSpan(incoming, tracer.startSpan('server', {}, incoming));
    return Array.from({ length: calls }, (): Lines => {
      const onward: Lines = [];
      const client = trace.setSpan(server, tracer.startSpan('client', {}, server));
      propagator.inject(client, onward, { set: (carrier, key, value) => carrier.push([key, value]) });
      return onward;
    });
  };
};

describeHarness('the propagator with recorded spans', serviceWith(new AlwaysOnSampler()));
describeHarness('the propagator with spans that are not recorded', serviceWith(new AlwaysOffSampler()));
