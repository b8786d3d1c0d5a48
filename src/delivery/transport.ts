// The seam between the sender, which decides, and the wire: one request, one outcome, never a rejection.

/** One try to hand over a chunk. */
export interface TransportRequest {
  /** An ExportTraceServiceRequest in protobuf, uncompressed. Must not be changed. */
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
  /** The backend's clock, as the `Date` header says it. */
  readonly date?: string | undefined;
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
  /** The fact and the fix in one line, where the transport knows them better than the code says. */
  readonly explanation?: string;
  /** The whole request had gone out, so the backend may have taken it. */
  readonly delivered: boolean;
  readonly wireBytes: number;
}

/** The spans are where they belong, and there is no answer to read: a file. */
export interface Taken {
  readonly kind: 'taken';
  readonly wireBytes: number;
}

/** The chunk cannot be written in the form that is wanted here; no other try would do better. */
export interface Unsendable {
  readonly kind: 'unsendable';
  readonly message: string;
  readonly wireBytes: 0;
}

/** What came of one try. */
export type Outcome = Answered | Failed | Taken | Unsendable;

/** A way to the backend. */
export interface Transport {
  /** Sends one request. Never rejects. */
  send(request: TransportRequest): Promise<Outcome>;
  /** Sends without a turn of the event loop, in the last moment of a process, where that is possible. Never throws. */
  sendSync?(body: Uint8Array): Outcome;
  /** Whether open sockets keep the process alive: only while somebody waits for a flush. */
  hold(keepAlive: boolean): void;
  /** Closes idle connections; nothing is sent afterwards. */
  close(): void;
}
