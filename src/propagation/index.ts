// Context over process boundaries: carriers, propagators, and the verbs that use them.

export { baggageContext, baggageEntries } from './baggage.js';
export { baggageAttributes } from './baggage-attributes.js';
export { W3CBaggagePropagator } from './baggage-propagator.js';
export type { Carrier } from './carrier.js';
export { carrierOf, environmentCarrier, messageAttributes } from './carrier.js';
export type { CarrierAccess } from './carriers/access.js';
export { MAX_MESSAGE_ATTRIBUTES } from './carriers/message-attributes.js';
export { propertyCarrier } from './carriers/property.js';
export { CompositePropagator } from './composite.js';
export { DatadogPropagator } from './datadog.js';
export type { Environment } from './process-env.js';
export { childEnv, contextFromEnv } from './process-env.js';
export { extract } from './extract.js';
export { inject } from './inject.js';
export { W3CPropagator } from './propagator.js';
export type { LoadPackage, SelectOptions } from './select.js';
export { selectPropagator } from './select.js';
export { W3CTraceState } from './trace-state.js';
export { linkToCallers, UntrustingPropagator } from './untrusted-callers.js';
export { XRayPropagator } from './xray.js';
