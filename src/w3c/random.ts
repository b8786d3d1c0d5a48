// Random ids as lower-case hex from Web Crypto, which Node.js and browsers share.

/** Fills the bytes with random values. */
export type RandomBytes = (bytes: Uint8Array) => void;

const HEX: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** The cryptographic generator of the platform. */
export const platformRandom: RandomBytes = bytes => {
  globalThis.crypto.getRandomValues(bytes);
};

/**
 * Generates random lower-case hex with at least one digit other than 0, because ids of zeros are invalid.
 *
 * @param byteCount number of bytes, half the number of characters in the result
 * @param random source of the bytes
 */
export function generateHexId(byteCount: number, random: RandomBytes): string {
  const bytes = new Uint8Array(byteCount);
  random(bytes);
  let hex = '';
  let allBits = 0;
  for (const byte of bytes) {
    hex += HEX[byte];
    allBits |= byte;
  }
  // A generator that only returns zeros would make a retry loop endless, so the last bit is set instead.
  return allBits === 0 ? `${hex.slice(0, -1)}1` : hex;
}
