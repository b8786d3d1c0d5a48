// A vendor's intake on this machine: it takes what the vendor documents, refuses everything else, and says which rule
// was broken.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeRequest } from '../../support/spans.js';
import type { Rule, Vendor } from './rules.js';

/** An attribute's value as protobufjs reads it. */
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

/** A span as it arrived. */
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

/** A running intake. */
export interface VendorServer {
  /** Without a path. */
  readonly url: string;
  /** What was accepted. */
  readonly spans: readonly WireSpan[];
  /** The rules that requests broke, with the page of each. */
  readonly violations: readonly string[];
  /** The status of each answer. */
  readonly statuses: readonly number[];
  /** Answers the next requests as the vendor does when it is throttling. */
  throttle(requests: number): void;
  close(): Promise<void>;
}

/**
 * Starts a vendor's intake.
 *
 * @param vendor its rules
 * @param key the key it knows
 */
export async function startVendor(vendor: Vendor, key: string = vendor.key): Promise<VendorServer> {
  const spans: WireSpan[] = [];
  const violations: string[] = [];
  const statuses: number[] = [];
  let throttled = 0;

  function answerTo(
    request: IncomingMessage,
    wire: Buffer,
  ): { status: number; retryAfter?: string | undefined } {
    const { answers, keyHeader, rules } = vendor;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
    for (const rule of rules) {
      const broken = brokenBy(rule, request, wire, body);
      if (broken === undefined) continue;
      violations.push(`${broken.what} (${rule.page})`);
      return { status: broken.status };
    }
    if (keyHeader !== undefined && request.headers[keyHeader.name] !== keyHeader.value(key)) {
      return { status: answers.badKey?.status ?? 401 };
    }
    if (throttled > 0) {
      throttled--;
      const { status, retryAfter } = answers.throttled;
      return { status, retryAfter };
    }
    for (const { scopeSpans } of decoded(body).resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    return { status: answers.good.status };
  }

  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, retryAfter } = answerTo(request, Buffer.concat(chunks));
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

function decoded(body: Buffer): WireRequest {
  return decodeRequest(body) as WireRequest;
}

interface Broken {
  readonly what: string;
  readonly status: number;
}

/** How a request breaks a rule, if it does. */
function brokenBy(rule: Rule, request: IncomingMessage, wire: Buffer, body: Buffer): Broken | undefined {
  switch (rule.of) {
    case 'path':
      if (request.method !== 'POST') return { what: `${request.method} in place of POST`, status: 405 };
      return request.url === rule.is ? undefined : { what: `the path ${request.url}`, status: 404 };
    case 'header': {
      const value = String(request.headers[rule.name] ?? '');
      return rule.is.test(value) ? undefined : { what: `the header ${rule.name}`, status: rule.status };
    }
    case 'encoding': {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      return rule.is.includes(encoding) ? undefined : { what: `the encoding ${encoding}`, status: 415 };
    }
    case 'body': {
      const bytes = (rule.counted === 'compressed' ? wire : body).length;
      return bytes <= rule.maxBytes ? undefined : { what: `a body of ${bytes} bytes`, status: 413 };
    }
    case 'span':
      return brokenBySpans(rule, decoded(body));
  }
}

function brokenBySpans(rule: Rule & { of: 'span' }, request: WireRequest): Broken | undefined {
  for (const { resource, scopeSpans } of request.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const { attributes, events, links } of spans) {
        // What stands on the resource counts on each of its spans.
        const what =
          brokenByRecord(rule, [...resource.attributes, ...attributes]) ??
          [...events, ...links].map(part => brokenByRecord(rule, part.attributes)).find(Boolean);
        if (what !== undefined) return { what, status: 400 };
      }
    }
  }
  return undefined;
}

function brokenByRecord(rule: Rule & { of: 'span' }, record: readonly WireAttribute[]): string | undefined {
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
