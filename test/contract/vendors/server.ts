// An HTTP server that follows the documentation of a vendor. It accepts the documented requests, refuses all others, and
// records the broken rule.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeRequest } from '../../support/spans.js';
import type { Rule, Vendor } from './rules.js';

/** The value of an attribute as protobufjs decodes it. */
interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}

interface WireAttribute {
  readonly key: string;
  readonly value: WireValue;
}

/** A span as it was received. */
export interface WireSpan {
  readonly name: string;
  readonly attributes: readonly WireAttribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly WireAttribute[] }[];
  readonly links: readonly { readonly attributes: readonly WireAttribute[] }[];
  readonly droppedAttributesCount: number;
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** A running server. */
export interface VendorServer {
  /** The base URL, without a path. */
  readonly url: string;
  /** The accepted spans. */
  readonly spans: readonly WireSpan[];
  /** The broken rules, each with its page. */
  readonly violations: readonly string[];
  /** The status of each response. */
  readonly statuses: readonly number[];
  /** Responds to the next requests as the vendor does while it throttles. */
  throttle(requests: number): void;
  close(): Promise<void>;
}

/**
 * Starts the server of a vendor.
 *
 * @param vendor its rules
 * @param key the key that it accepts
 */
export async function startVendor(vendor: Vendor, key: string = vendor.key): Promise<VendorServer> {
  const spans: WireSpan[] = [];
  const violations: string[] = [];
  const statuses: number[] = [];
  let throttled = 0;

  function responseTo(
    request: IncomingMessage,
    wire: Buffer,
  ): { status: number; retryAfter?: string | undefined } {
    const { responses, keyHeader, rules } = vendor;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
    for (const rule of rules) {
      const violation = findViolation(rule, request, wire, body);
      if (violation === undefined) continue;
      violations.push(`${violation.description} (${rule.page})`);
      return { status: violation.status };
    }
    if (keyHeader !== undefined && request.headers[keyHeader.name] !== keyHeader.value(key)) {
      return { status: responses.badKey?.status ?? 401 };
    }
    if (throttled > 0) {
      throttled--;
      const { status, retryAfter } = responses.throttled;
      return { status, retryAfter };
    }
    for (const { scopeSpans } of decode(body).resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    return { status: responses.good.status };
  }

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, retryAfter } = responseTo(request, Buffer.concat(chunks));
      statuses.push(status);
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      response.writeHead(status, { 'content-type': 'application/x-protobuf', ...headers }).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    violations,
    statuses,
    throttle: requests => {
      throttled = requests;
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function decode(body: Buffer): WireRequest {
  return decodeRequest(body) as WireRequest;
}

interface Violation {
  readonly description: string;
  readonly status: number;
}

/** Finds the violation of a rule by a request. */
function findViolation(
  rule: Rule,
  request: IncomingMessage,
  wire: Buffer,
  body: Buffer,
): Violation | undefined {
  switch (rule.of) {
    case 'path':
      if (request.method !== 'POST') return { description: `${request.method} instead of POST`, status: 405 };
      return request.url === rule.is ? undefined : { description: `the path ${request.url}`, status: 404 };
    case 'header': {
      const value = String(request.headers[rule.name] ?? '');
      return rule.is.test(value)
        ? undefined
        : { description: `the header ${rule.name}`, status: rule.status };
    }
    case 'encoding': {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      return rule.is.includes(encoding)
        ? undefined
        : { description: `the encoding ${encoding}`, status: 415 };
    }
    case 'body': {
      const bytes = (rule.counted === 'compressed' ? wire : body).length;
      return bytes <= rule.maxBytes ? undefined : { description: `a body of ${bytes} bytes`, status: 413 };
    }
    case 'span':
      return findSpanViolation(rule, decode(body));
  }
}

function findSpanViolation(rule: Rule & { of: 'span' }, request: WireRequest): Violation | undefined {
  for (const { resource, scopeSpans } of request.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const { attributes, events, links } of spans) {
        // The attributes of the resource count for each of its spans.
        const description =
          findAttributeViolation(rule, [...resource.attributes, ...attributes]) ??
          [...events, ...links].map(part => findAttributeViolation(rule, part.attributes)).find(Boolean);
        if (description !== undefined) return { description, status: 400 };
      }
    }
  }
  return undefined;
}

function findAttributeViolation(
  rule: Rule & { of: 'span' },
  record: readonly WireAttribute[],
): string | undefined {
  const {
    maxAttributes = Infinity,
    maxKey = Infinity,
    maxValue = Infinity,
    maxArray = Infinity,
    unit,
  } = rule;
  const length = (text: string): number => (unit === 'bytes' ? Buffer.byteLength(text) : text.length);
  if (record.length > maxAttributes) return `${record.length} attributes`;
  for (const { key, value } of record) {
    if (length(key) > maxKey) return `a key of ${length(key)} ${unit}`;
    const members = value.arrayValue?.values ?? [value];
    if (members.length > maxArray) return `an array of ${members.length}`;
    for (const { stringValue = '' } of members) {
      if (length(stringValue) > maxValue) return `a value of ${length(stringValue)} ${unit}`;
    }
  }
  return undefined;
}
