// Random ids as lower-case hex, from the platform's own generator: the same code in Node and in a browser.

/** Fills the bytes with random values; tests hand in their own. */
export type RandomBytes = (bytes: Uint8Array) => void;

const HEX: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** The platform's cryptographic generator. */
export const platformRandom: RandomBytes = bytes => {
  globalThis.crypto.getRandomValues(bytes);
};

/**
 * Random lower-case hex that is never all zeros, because zero ids are invalid.
 *
 * @param byteCount bytes, so half the characters of the answer
 * @param random where the bytes come from
 */
export function generateHexId(byteCount: number, random: RandomBytes): string {
  const bytes = new Uint8Array(byteCount);
  random(bytes);
  let hex = '';
  let any = 0;
  for (const byte of bytes) {
    hex += HEX[byte];
    any |= byte;
  }
  // A broken generator that answers zeros for ever must not hang the caller: the last bit is set instead of asking again.
  return any === 0 ? `${hex.slice(0, -1)}1` : hex;
}
