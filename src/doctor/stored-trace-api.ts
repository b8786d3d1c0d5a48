// The APIs by which known products return a stored trace:
//
//   trace view   GET /api/v1/traces/<id>      Jaeger   GET /api/traces/<id>      Zipkin   GET /api/v2/trace/<id>

import { formatHostPort } from '../core/host.js';
import type { FetchedPage } from './host-system.js';
import type { ProbeTarget } from './probe-target.js';
import type { Route } from './route.js';

/** The API of a product that may be at an address. */
export interface StoredTraceApi {
  readonly product: string;
  /** The base URL. */
  readonly base: string;
  /** A path by which the product is recognized. */
  readonly detectPath: string;
  /** Whether JSON from that path is from the product. */
  readonly isDetected: (json: unknown) => boolean;
  readonly tracePath: (traceId: string) => string;
  /** Whether the user set the address. */
  readonly isConfigured?: boolean;
  /** Whether the product may belong to another endpoint. */
  readonly isGuess?: boolean;
}

const OTLP_PORT = '4318';
const JAEGER_UI_PORT = 16_686;

/** Lists the APIs that may return the traces sent to an endpoint. */
export function createStoredTraceApis(
  { acceptsAnyReceiver = false, jaeger }: ProbeTarget,
  { endpoint, proxy }: Route,
): StoredTraceApi[] {
  // Pages are fetched without a proxy.
  if (proxy !== undefined) return [];
  const configured = jaeger === undefined ? [] : [createJaegerApi(jaeger.url, jaeger.isConfigured)];
  if (!acceptsAnyReceiver && jaeger === undefined) return [];
  const { origin, hostname, protocol, port } = endpoint;
  // Jaeger's all-in-one has its UI on another port than the receiver.
  const hasJaegerPort = jaeger === undefined && protocol === 'http:' && port === OTLP_PORT;
  const guessed = hasJaegerPort
    ? [{ ...createJaegerApi(`http://${formatHostPort(hostname, JAEGER_UI_PORT)}`, false), isGuess: true }]
    : [];
  return [...configured, createTraceViewApi(origin), createZipkinApi(origin), ...guessed];
}

/** Whether a page is from a product. */
export function isPageOf(api: StoredTraceApi, { status, text }: FetchedPage): boolean {
  if (status !== 200) return false;
  try {
    return api.isDetected(JSON.parse(text));
  } catch {
    // A page of another product that is not JSON.
    return false;
  }
}

function createTraceViewApi(base: string): StoredTraceApi {
  return {
    product: 'trace view',
    base,
    detectPath: '/api/v1/traces?limit=1',
    isDetected: json => isObject(json) && Array.isArray(json['traces']) && isObject(json['stats']),
    tracePath: id => `/api/v1/traces/${id}`,
  };
}

function createJaegerApi(base: string, isConfigured: boolean): StoredTraceApi {
  return {
    product: 'Jaeger',
    base,
    detectPath: '/api/services',
    // Without any service, Jaeger returns null as `data`.
    isDetected: json => isObject(json) && 'data' in json && 'total' in json,
    tracePath: id => `/api/traces/${id}`,
    isConfigured,
  };
}

function createZipkinApi(base: string): StoredTraceApi {
  return {
    product: 'Zipkin',
    base,
    detectPath: '/api/v2/services',
    isDetected: json => Array.isArray(json),
    tracePath: id => `/api/v2/trace/${id}`,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
