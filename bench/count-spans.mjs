// Counts the spans of an ExportTraceServiceRequest, for the receivers of the benches.

/**
 * Counts the spans of a request: field 2 of field 2 of field 1.
 *
 * @param {Uint8Array} bytes the request, not compressed
 */
export function countSpans(bytes) {
  return countAt(bytes, 3);
}

function countAt(bytes, depth) {
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const field = bytes[at++] >>> 3;
    let length = 0;
    for (let shift = 0, byte = 0x80; byte > 0x7f; shift += 7) {
      byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
    }
    if (field === (depth === 3 ? 1 : 2))
      count += depth === 1 ? 1 : countAt(bytes.subarray(at, at + length), depth - 1);
    at += length;
  }
  return count;
}
