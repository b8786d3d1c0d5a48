// Callbacks that should answer at once, and were written as async functions.

/**
 * Waits for a promise that came where none was asked for: a rejection that nobody waits for ends the process.
 *
 * @param answer what a callback answered
 * @param report told why it rejected
 */
export function catchRejection(answer: unknown, report: (error: unknown) => void): void {
  if (answer instanceof Promise) answer.catch(report);
}
