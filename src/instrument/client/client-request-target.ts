// Reads the target of a ClientRequest of node:http. The port is not a property of the request: the agent receives it, and
// the Host header usually contains it.

import type { ClientRequest } from 'node:http';
import {
  createRequestTarget,
  DEFAULT_PORTS,
  parseRequestTarget,
  type RequestTarget,
} from '../../core/request-target.js';

/** The part of the options of a connection that describes the target. */
export interface ConnectionOptions {
  readonly port?: unknown;
}

/**
 * Reads the target of a request.
 *
 * @param request the request
 * @param connection the options that the agent received
 * @param hostHeader the Host header, for a request whose connection options are unknown
 * @returns undefined if the request line has an absolute URL that is not valid
 */
export function readRequestTarget(
  request: ClientRequest,
  connection: ConnectionOptions | undefined,
  hostHeader: unknown,
): RequestTarget | undefined {
  const { method, path, host, protocol } = request;
  // The request line of a proxy has the absolute URL of the target.
  if (path.startsWith('http://') || path.startsWith('https://')) return parseRequestTarget(path);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const port = toPort(connection?.port) ?? readPort(hostHeader) ?? DEFAULT_PORTS[scheme];
  // The path of CONNECT is another host. Its target is the proxy.
  return createRequestTarget(scheme, host, port, method === 'CONNECT' ? '' : path);
}

/**
 * Finds a header in the headers that a request is about to send.
 *
 * @param request the request
 * @param headers the list that the application passed, if it passed a list
 * @param name the name in lower case
 */
export function findRequestHeader(request: ClientRequest, headers: unknown, name: string): unknown {
  if (!Array.isArray(headers)) return request.getHeader(name);
  const isNamed = (value: unknown): boolean => typeof value === 'string' && value.toLowerCase() === name;
  if (Array.isArray(headers[0])) {
    const pair: unknown = headers.find(each => Array.isArray(each) && isNamed(each[0]));
    return Array.isArray(pair) ? pair[1] : undefined;
  }
  const index = headers.findIndex((value, position) => position % 2 === 0 && isNamed(value));
  return index < 0 ? undefined : headers[index + 1];
}

function readPort(hostHeader: unknown): number | undefined {
  return typeof hostHeader === 'string' ? toPort(/:(\d+)$/.exec(hostHeader)?.[1]) : undefined;
}

function toPort(value: unknown): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
}
