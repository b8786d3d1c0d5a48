// Context between processes: carriers, propagators, inject and extract.

export { addBaggageEntries, getBaggageEntries } from './baggage.js';
export { W3CBaggagePropagator } from './baggage-propagator.js';
export { createBaggageSpanProcessor } from './baggage-span-processor.js';
export type { Carrier } from './carrier.js';
export { accessCarrier, environmentCarrier, messageAttributes } from './carrier.js';
export { type CarrierAccess, decodeText } from './carriers/access.js';
export { MAX_MESSAGE_ATTRIBUTES } from './carriers/message-attributes.js';
export { propertyCarrier } from './carriers/property.js';
export { CompositePropagator } from './composite-propagator.js';
export { DatadogPropagator } from './datadog-propagator.js';
export { extract } from './extract.js';
export { GooglePropagator } from './google-propagator.js';
export { acceptIncoming } from './incoming-context.js';
export { inject } from './inject.js';
export { createOutgoingHeaders, type OutgoingHeaders, replaceInList } from './outgoing-headers.js';
export type { Environment } from './process-environment.js';
export { extractFromEnvironment, injectIntoEnvironment } from './process-environment.js';
export { createPropagationPolicy } from './propagation-policy.js';
export type { LoadPackage, SelectPropagatorOptions } from './select-propagator.js';
export { selectPropagator } from './select-propagator.js';
export { W3CTraceState } from './trace-state.js';
export type { HostRule, IncomingHeaders, PropagateOptions } from './types.js';
export { W3CPropagator } from './w3c-propagator.js';
export { XRayPropagator } from './xray-propagator.js';
