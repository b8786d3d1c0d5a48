// A request that the receiver rejects.

/** A request that is rejected, with the HTTP status of the response. */
export class HttpError extends Error {
  readonly status: number;
  /** Further headers of the response: `allow`, `accept-encoding`, `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.headers = headers;
  }
}

/** Creates the error of a body that exceeds the limit. */
export function createBodyTooLargeError(maxBodyBytes: number): HttpError {
  return new HttpError(
    413,
    `The body is larger than ${maxBodyBytes} bytes after decompression. Send smaller batches.`,
  );
}
