// Writes to a stream whose reader may be gone. `console.error` ignores that, and so must a message of this package: an 'error'
// event without a listener ends the process.

/** The part of a stream that is used. A stream of the application may have `write` only. */
export interface TextStream {
  write(text: string, callback?: (error?: Error | null) => void): unknown;
}

interface ErrorEmitter {
  once(event: 'error', listener: () => void): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
  listenerCount(event: 'error'): number;
}

const ignore = (): void => {};

/**
 * Writes text. Errors of the stream are ignored, synchronous ones and later ones. Never throws.
 *
 * @param stream the stream
 * @param text the text
 * @see https://nodejs.org/api/console.html#new-consoleoptions (`ignoreErrors`)
 */
export function writeQuietly(stream: TextStream, text: string): void {
  const emitter = stream as Partial<ErrorEmitter>;
  try {
    if (!isEmitter(emitter)) return void stream.write(text);
    emitter.once('error', ignore);
    try {
      // The callback runs before the event is emitted.
      stream.write(text, error => {
        if (error != null && emitter.listenerCount('error') === 0) emitter.once('error', ignore);
      });
    } finally {
      emitter.removeListener('error', ignore);
    }
  } catch {
    // A closed stream or a stream of the application threw. There is no other output.
  }
}

function isEmitter(stream: Partial<ErrorEmitter>): stream is ErrorEmitter {
  return typeof stream.once === 'function' && typeof stream.listenerCount === 'function';
}
