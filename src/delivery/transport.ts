// The seam between the sender, which decides, and the wire: one request, one outcome, never a rejection.

/** One try to hand over a chunk. */
export interface TransportRequest {
  /** An ExportTraceServiceRequest, uncompressed. Must not be changed. */
  readonly body: Uint8Array;
  /** Aborted when the time is up or the process shuts down; the outcome then follows at once. */
  readonly signal: AbortSignal;
}

/** The status line arrived: the backend has seen the request. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly location?: string | undefined;
  readonly contentType?: string | undefined;
  /** What could be read of the body, at most 64 KiB. */
  readonly body: Uint8Array;
  /** Bytes of the request body as it was sent. */
  readonly wireBytes: number;
}

/** No status line arrived. */
export interface Failed {
  readonly kind: 'failed';
  /** The system's or TLS's code: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
  readonly code: string;
  readonly message: string;
  /** The whole request had gone out, so the backend may have taken it. */
  readonly delivered: boolean;
  readonly wireBytes: number;
}

/** What came of one try. */
export type Outcome = Answered | Failed;

/** A way to the backend. */
export interface Transport {
  /** Sends one request. Never rejects. */
  send(request: TransportRequest): Promise<Outcome>;
  /** Whether open sockets keep the process alive: only while somebody waits for a flush. */
  hold(keepAlive: boolean): void;
  /** Closes idle connections; nothing is sent afterwards. */
  close(): void;
}
