// A connection attempt keeps the process alive whatever is unref'd, so it is given up when nobody waits for it any more.
// The backend has no part in that: without a code of its own it would look like a connection that the backend closed.

/** The error that such an attempt ends with. */
export function abandoned(): Error {
  return Object.assign(new Error('nobody waited for the connection any more'), { code: 'ABANDONED' });
}
