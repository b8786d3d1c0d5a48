// A Response with another body and everything else of the original.

/**
 * A response like the given one, reading from `body`.
 *
 * @param original as it came; its own body is read by `body`
 * @param body what the new one reads
 */
export function replaceBody(original: Response, body: ReadableStream<unknown>): Response {
  // The headers alone: the constructor refuses a status outside 200 to 599, which servers do send.
  const response = new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: original.headers,
  });
  return likeOriginal(response, original);
}

/**
 * Whether a response can be made anew without loss: one of a class of its own (NextResponse) has members that a plain
 * one lacks, and is handed on as it is.
 */
export function isPlainResponse(response: Response): boolean {
  return Object.getPrototypeOf(response) === Response.prototype;
}

/** A constructed Response does not know where it came from, and neither do its clones. */
function likeOriginal(response: Response, original: Response): Response {
  for (const key of ['status', 'statusText', 'ok', 'url', 'redirected', 'type'] as const) {
    Object.defineProperty(response, key, { value: original[key], configurable: true });
  }
  const clone = (): Response => likeOriginal(Response.prototype.clone.call(response), original);
  return Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true });
}
