// The options of the instrumentation of servers, prepared for use at each request.

import type { SpanContext } from '@opentelemetry/api';
import { isHeaderName } from '../../core/header-syntax.js';
import { type CapturedHeaders, createCapturedHeaders } from '../captured-headers.js';
import { createIncomingRule, type IncomingRule } from '../request-rules.js';
import type { HttpInstrumentOptions } from '../types.js';

/** A header with the trace id for the client. */
export interface ResponseHeader {
  readonly name: string;
  readonly format: (spanContext: SpanContext) => string;
}

/** The prepared options. A part that the application does not use is undefined. */
export interface ServerOptions {
  readonly isIgnored: IncomingRule | undefined;
  readonly responseHeader: ResponseHeader | undefined;
  readonly requestHeaders: CapturedHeaders | undefined;
  readonly responseHeaders: CapturedHeaders | undefined;
  readonly attributes: HttpInstrumentOptions['attributes'];
}

const DEFAULT_RESPONSE_HEADER = 'x-trace-id';

/** Prepares options. */
export function prepareServerOptions(options: HttpInstrumentOptions): ServerOptions {
  return {
    isIgnored: createIncomingRule(options.ignore),
    responseHeader: createResponseHeader(options.responseHeader),
    requestHeaders: createCapturedHeaders('request', options.requestHeaders),
    responseHeaders: createCapturedHeaders('response', options.responseHeaders),
    attributes: options.attributes,
  };
}

function createResponseHeader(option: HttpInstrumentOptions['responseHeader']): ResponseHeader | undefined {
  const name = option === true ? DEFAULT_RESPONSE_HEADER : option;
  if (typeof name !== 'string' || !isHeaderName(name)) return undefined;
  return { name, format: name.toLowerCase() === 'traceresponse' ? formatTraceResponse : readTraceId };
}

function readTraceId({ traceId }: SpanContext): string {
  return traceId;
}

/** @see https://w3c.github.io/trace-context/#traceresponse-header */
function formatTraceResponse({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
