// Callbacks that must return synchronously but were written as async functions.

/**
 * Catches the rejection of a promise that a callback returned although none was expected. An unhandled rejection would end
 * the process.
 *
 * @param result the value that a callback returned
 * @param report receives the reason of the rejection
 */
export function catchRejection(result: unknown, report: (error: unknown) => void): void {
  if (result instanceof Promise) result.catch(report);
}
