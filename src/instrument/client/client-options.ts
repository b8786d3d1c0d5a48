// The options of the instrumentations of clients, prepared for use at each request.

import { type CapturedHeaders, createCapturedHeaders } from '../captured-headers.js';
import { createOutgoingRule, type OutgoingRule } from '../request-rules.js';
import type { FetchInstrumentOptions, HttpInstrumentOptions } from '../types.js';

/** The prepared options. A part that the application does not use is undefined. */
export interface ClientOptions {
  readonly isIgnored: OutgoingRule | undefined;
  readonly requestHeaders: CapturedHeaders | undefined;
  readonly responseHeaders: CapturedHeaders | undefined;
}

/**
 * Prepares options.
 *
 * @param name the name of the instrumentation in the option `instrument`
 * @param options its options
 */
export function prepareClientOptions(
  name: 'http' | 'fetch',
  options: HttpInstrumentOptions | FetchInstrumentOptions,
): ClientOptions {
  return {
    isIgnored: createOutgoingRule(`instrument.${name}.ignoreOutgoing`, options.ignoreOutgoing),
    requestHeaders: createCapturedHeaders('request', options.requestHeaders),
    responseHeaders: createCapturedHeaders('response', options.responseHeaders),
  };
}
