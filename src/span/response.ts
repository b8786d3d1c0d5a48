// Copies of a Response with another body.

/**
 * Creates a response with another body and all other properties of the original.
 *
 * @param original the original response, whose body is the source of `body`
 * @param body the body of the copy
 */
export function replaceBody(original: Response, body: ReadableStream<unknown>): Response {
  // Only the headers, because the constructor refuses a status outside 200 to 599, which servers do send.
  const response = new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: original.headers,
  });
  return copyProperties(response, original);
}

/**
 * Whether a response can be copied without loss. An instance of a subclass (NextResponse) has members that a copy would not
 * have.
 */
export function isPlainResponse(response: Response): boolean {
  return Object.getPrototypeOf(response) === Response.prototype;
}

/** Copies the properties that the constructor does not set, for the response and its clones. */
function copyProperties(response: Response, original: Response): Response {
  for (const key of ['status', 'statusText', 'ok', 'url', 'redirected', 'type'] as const) {
    Object.defineProperty(response, key, { value: original[key], configurable: true });
  }
  const clone = (): Response => copyProperties(Response.prototype.clone.call(response), original);
  return Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true });
}
