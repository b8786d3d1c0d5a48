// A receiver on a free port, and requests to it.

import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { type Receiver, type ReceiverOptions, startReceiver } from '../../src/receiver/index.js';

export const JSON_TYPE = { 'content-type': 'application/json' };
export const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

/** A response of the receiver. */
export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A receiver for one test after the other. */
export interface ReceiverHarness {
  /** The receiver of the running test. */
  readonly receiver: Receiver;
  send(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: string | Uint8Array,
  ): Promise<ReceivedResponse>;
  /** Sends an export request, as JSON unless the headers differ. */
  postTraces(body: string | Uint8Array, headers?: Record<string, string>): Promise<ReceivedResponse>;
}

/**
 * Starts a receiver before each test of the file and closes it after each test.
 *
 * @param options options of the receiver for each test
 */
export function useReceiver(options: () => ReceiverOptions = () => ({})): ReceiverHarness {
  let receiver: Receiver | undefined;
  beforeEach(async () => {
    receiver = await startReceiver({ port: 0, ...options() });
  });
  afterEach(() => receiver?.close());
  return {
    get receiver() {
      if (receiver === undefined) throw new Error('the receiver is started before each test');
      return receiver;
    },
    send(method, path, headers, body) {
      return sendRequest(this.receiver, method, path, headers, body);
    },
    postTraces(body, headers = JSON_TYPE) {
      return sendRequest(this.receiver, 'POST', '/v1/traces', headers, body);
    },
  };
}

/** Sends a request by node:http, which does not restrict the headers. */
export async function sendRequest(
  { url }: Pick<Receiver, 'url'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Promise<ReceivedResponse> {
  const request = httpRequest(`${url}${path}`, { method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** Parses the JSON body of a response. */
export const parseBody = ({ body }: ReceivedResponse): unknown => JSON.parse(body.toString('utf8'));
