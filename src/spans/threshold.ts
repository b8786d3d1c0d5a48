// The arithmetic of consistent probability sampling.
//
//   randomness R   56 bits: the last 14 hex digits of the trace id, or `rv`
//   threshold  T   56 bits: (1 - probability) * 2^56, as hex without trailing zeros: `th`
//   kept           R >= T
//
// Both are compared as text: hex digits of one case sort like their numbers, and a prefix sorts before a longer text, which
// matches the missing zeros.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/

/** The number of hex digits of a threshold and of the randomness. */
export const THRESHOLD_DIGITS = 14;
/** The default precision of a threshold: hex digits besides leading `f` and `0`. */
export const DEFAULT_PRECISION = 4;

const BITS_OF_DIGIT = 4;
const SPACE = 2 ** 56;
const SMALLEST = 1 / SPACE;
const THRESHOLD = /^[0-9a-f]{1,14}$/;
const RANDOMNESS = /^[0-9a-f]{14}$/;

/**
 * Returns the threshold for a probability.
 *
 * @param probability from 0 to 1; below 2^-56 no trace is kept
 * @param precision hex digits besides leading `f` and `0`, 1 to 14
 * @returns hex digits without trailing zeros; undefined if no trace is kept
 * @example
 * toThreshold(0.01); // 'fd70a'
 */
export function toThreshold(probability: number, precision: number = DEFAULT_PRECISION): string | undefined {
  if (!(probability >= SMALLEST)) return undefined;
  if (probability >= 1) return '0';
  // Each multiple of four bits is a leading f or a leading 0, which does not count as precision.
  const leading = Math.floor(
    Math.max(-getBinaryExponent(probability), -getBinaryExponent(1 - probability)) / BITS_OF_DIGIT,
  );
  const digits = Math.min(THRESHOLD_DIGITS, precision + leading);
  let threshold = BigInt(SPACE) - BigInt(Math.round(probability * SPACE));
  const shift = BigInt(BITS_OF_DIGIT * (THRESHOLD_DIGITS - digits));
  if (shift > 0n) threshold = ((threshold + (1n << (shift - 1n))) >> shift) << shift;
  return stripTrailingZeros(threshold.toString(16).padStart(THRESHOLD_DIGITS, '0'));
}

/** Returns the probability of a threshold. */
export function toProbability(threshold: string): number {
  return Number(BigInt(SPACE) - BigInt(`0x${threshold.padEnd(THRESHOLD_DIGITS, '0')}`)) / SPACE;
}

/** Whether a text is a threshold. */
export function isThreshold(text: string): boolean {
  return THRESHOLD.test(text);
}

/** Whether a text is explicit randomness. */
export function isRandomness(text: string): boolean {
  return RANDOMNESS.test(text);
}

/**
 * Whether a trace is kept.
 *
 * @param randomness 14 hex digits
 * @param threshold hex digits without trailing zeros
 */
export function isKept(randomness: string, threshold: string): boolean {
  return randomness >= threshold;
}

/** Returns the binary exponent e with value = m * 2^e, m in [0.5, 1). */
function getBinaryExponent(value: number): number {
  return Math.floor(Math.log2(value)) + 1;
}

function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
