// The interface between the sender, which decides about retries, and the connection: one request, one result.

import type { DiagnosticCode } from '../core/diagnostic-codes.js';

/** One attempt to send a batch. */
export interface TransportRequest {
  /** An ExportTraceServiceRequest in protobuf, uncompressed. Must not be changed. */
  readonly body: Uint8Array;
  /** Aborted at the time limit or at shutdown. The transport then returns its result at once. */
  readonly signal: AbortSignal;
}

/** A status line arrived: the backend has received the request. */
export interface TransportResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly location?: string | undefined;
  readonly contentType?: string | undefined;
  /** The `Date` header: the clock of the backend. */
  readonly date?: string | undefined;
  /** The beginning of the body, at most 64 KiB. */
  readonly body: Uint8Array;
  /** Bytes of the request body as they were sent. */
  readonly wireBytes: number;
}

/** No status line arrived. */
export interface TransportFailure {
  readonly kind: 'failure';
  /** The code of the operating system, of TLS or of HTTP: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
  readonly code: string;
  readonly message: string;
  /** The cause and its fix, if the code alone does not show them. */
  readonly diagnosis?: TransportDiagnosis;
  /** Whether the whole request was sent, so that the backend may have the spans. */
  readonly isRequestSent: boolean;
  readonly wireBytes: number;
}

/** The cause of a failure, as a diagnostic without the name of the destination. */
export interface TransportDiagnosis {
  readonly code: DiagnosticCode;
  /** One clause: `the disk is full`. */
  readonly fact: string;
  /** What to do: full sentences. */
  readonly fix: string;
}

/** The spans are stored and there is no response: a file. */
export interface TransportSuccess {
  readonly kind: 'success';
  readonly wireBytes: number;
}

/** The batch cannot be converted to the format of the destination. Another attempt would fail as well. */
export interface EncodingFailure {
  readonly kind: 'encoding_failure';
  readonly message: string;
  readonly wireBytes: 0;
}

/** The result of one attempt. */
export type TransportResult = TransportResponse | TransportFailure | TransportSuccess | EncodingFailure;

/** A connection to a backend. */
export interface Transport {
  /** Sends one request. Never rejects. */
  send(request: TransportRequest): Promise<TransportResult>;
  /** Sends synchronously, while the process exits, if the destination can do that. Never throws. */
  sendSync?(body: Uint8Array): TransportResult;
  /** Sets whether open sockets keep the process alive. They do only while a flush is waiting. */
  hold(keepAlive: boolean): void;
  /** Closes idle connections. Nothing is sent afterwards. */
  close(): void;
}
