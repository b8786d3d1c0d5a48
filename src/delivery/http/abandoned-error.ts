// The error of a connection attempt that is given up because no flush waits for it any longer. An attempt keeps the process
// alive even if its socket is unreferenced. Without its own code the error would look like a connection that the backend closed.

/** Creates the error, with the code `ABANDONED`. */
export function createAbandonedError(): Error {
  return Object.assign(new Error('the flush ended before the connection was open'), { code: 'ABANDONED' });
}
