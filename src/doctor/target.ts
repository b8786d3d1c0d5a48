// What is examined: a destination as delivery has it, and what its product offers beyond taking spans.

import type { Check } from '../core/check.js';
import type { Resource } from '@opentelemetry/resources';
import { maskEndpoint } from '../core/endpoint.js';
import type { DestinationOptions } from '../delivery/destination-options.js';
import { type DeliveryOptions, resolveDelivery } from '../delivery/options.js';
import { proxyFor } from '../delivery/http/proxy.js';
import type { SpanIds } from '../exporters/exporter.js';

/** Another region of the same product. */
export interface Region {
  /** How it is chosen: `region: 'eu'`. */
  readonly name: string;
  readonly endpoint: string;
}

/** Where spans go, with everything that delivery knows of it. */
export interface ConnectionTarget {
  readonly destination: DestinationOptions;
  readonly delivery: DeliveryOptions;
  readonly resource: Resource;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a key is set, for the fix: `HONEYCOMB_API_KEY or honeycomb({ apiKey })`. */
  readonly keyFrom?: string | undefined;
  /** Asked whether they know the key, where this one does not. */
  readonly regions?: readonly Region[] | undefined;
  /** Where the pages of Jaeger begin; `wasSaid` by the user, not guessed. */
  readonly jaeger?: { readonly url: string; readonly wasSaid: boolean } | undefined;
  /** Whether any receiver of OTLP may stand there, so that known ones are looked for. */
  readonly isOpen?: boolean;
  /** The page of a trace in the product's UI. */
  readonly url?: ((ids: SpanIds) => string | undefined) | undefined;
}

/** The way to the endpoint. */
export interface Way {
  readonly endpoint: URL;
  /** The endpoint as it may be shown. */
  readonly shown: string;
  readonly isTls: boolean;
  readonly proxy: URL | undefined;
  /** Whom the connection is opened to: the proxy, else the endpoint. */
  readonly host: string;
  readonly port: number;
  /** Milliseconds for each step. */
  readonly limitMs: number;
  readonly compression: 'gzip' | 'none';
  /** It is where `otlp` sends while nobody says anything: this machine's usual port. */
  readonly isDefault: boolean;
  /** What becomes of spans while nothing can be reached. */
  readonly waiting: string;
}

const LOST = 'Spans wait in memory, within its bound, and are lost when the process ends.';
const SPOOLED =
  'Spans wait in memory and in the spool, within their bounds; what is left at the end, a later start sends.';
// Whoever asks the doctor waits for the answer.
const MAX_STEP_MS = 10_000;

/** Works out the way to the endpoint. */
export function wayTo({ destination, delivery, env }: ConnectionTarget): Way {
  const { name, endpoint, shown = maskEndpoint(endpoint.href), compression, timeoutMs } = destination;
  const common = resolveDelivery(delivery);
  const proxy = proxyFor(endpoint, env);
  const next = proxy ?? endpoint;
  const host = bare(next.hostname);
  return {
    endpoint,
    shown,
    isTls: endpoint.protocol === 'https:',
    proxy,
    host,
    port: Number(next.port) || (next.protocol === 'https:' ? 443 : 80),
    limitMs: Math.min(timeoutMs ?? common.timeoutMs, MAX_STEP_MS),
    compression: compression ?? common.compression,
    isDefault: name === 'otlp' && proxy === undefined && isUsual(endpoint),
    waiting: common.spool === undefined ? LOST : SPOOLED,
  };
}

/** One step that went well. */
export function good(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

/** A fault, with its reason and the way out, as whole sentences. */
export function fault(
  name: string,
  message: string,
  { why, fix, status = 'error' }: { why: string; fix: string; status?: 'error' | 'warning' },
): Check {
  return { name, status, message, why: sentence(why), fix: sentence(fix) };
}

/** Text as a sentence: a capital letter in front, unless it is code, and a full stop behind. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const first = /^[a-z]+(?=[ ,])/.test(trimmed)
    ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
    : trimmed;
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

/** Whether it is the usual port of this machine. */
function isUsual({ protocol, port, hostname }: URL): boolean {
  const host = bare(hostname);
  const isLocal = host === 'localhost' || host.startsWith('127.') || host === '::1';
  return isLocal && protocol === 'http:' && port === '4318';
}

/** A host without the brackets that URLs put around IPv6 addresses. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
