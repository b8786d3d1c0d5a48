// Detects TLS and HTTP/2 on a port, to explain a failed HTTP/1.1 request.

import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { dial } from './dial.js';
import type { Route } from './route.js';
import { createTlsConnectionOptions } from './tls.js';

// The preface and an empty SETTINGS frame: https://www.rfc-editor.org/rfc/rfc9113#section-3.4
const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';
const FRAME_HEADER_BYTES = 9;
const SETTINGS = 4;
const GOAWAY = 7;

/** Whether a port uses TLS, with any certificate. */
export async function usesTls({ host, port, timeoutMs }: Route): Promise<boolean> {
  const options = createTlsConnectionOptions(host, port, { rejectUnauthorized: false });
  const { value } = await dial(
    () => connectTls(options),
    'secureConnect',
    timeoutMs,
    () => true,
  );
  return value === true;
}

/** Whether a port uses HTTP/2 without an upgrade, as gRPC servers do. */
export async function usesHttp2({ host, port, timeoutMs }: Route): Promise<boolean> {
  const { value } = await dial(
    () => {
      const socket = connectTcp({ host, port });
      socket.write(HTTP2_PREFACE, 'latin1');
      return socket;
    },
    'data',
    timeoutMs,
    (_, data) => isHttp2Frame(data as Buffer),
  );
  return value === true;
}

/** Whether bytes begin with a SETTINGS or GOAWAY frame on stream 0. */
function isHttp2Frame(bytes: Buffer): boolean {
  const isKnownType = bytes[3] === SETTINGS || bytes[3] === GOAWAY;
  return bytes.length >= FRAME_HEADER_BYTES && isKnownType && bytes.readUInt32BE(5) === 0;
}
