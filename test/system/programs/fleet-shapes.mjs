// The shapes of the traces of the fleet test by their numbers, with the policy that keeps each.

/** A trace is slow above this duration in milliseconds. */
export const SLOW_MS = 500;

/** The names of the policy, in the form of the command's option. */
export const NAMES = ['pay $5 for "a{b}"', '${env:HOME} $$', 'check*out', 'sh(op).*'];

const PLAIN = { rootMs: 30, backMs: 12, middle: 'middle', back: 'back' };

/** The shapes that are not plain, by the number of the trace modulo 100. */
const SPECIAL = {
  // A failure in each of the three processes. That of the last arrives after the first process has ended its span.
  3: { failing: 'front', keptBy: 'error' },
  13: { failing: 'middle', keptBy: 'error' },
  23: { failing: 'back', backMs: 90, keptBy: 'error' },
  33: { rootMs: 800, keptBy: 'slow' },
  // The trace is slow although no single process is.
  43: { rootMs: 300, backFrom: 250, backMs: 400, keptBy: 'slow' },
  // A duration of exactly the limit is not slow.
  53: { rootMs: SLOW_MS },
  57: { rootMs: SLOW_MS + 1, keptBy: 'slow' },
  63: { back: NAMES[0], keptBy: 'name' },
  67: { back: NAMES[1], keptBy: 'name' },
  73: { middle: 'check me\nout', keptBy: 'name' },
  77: { middle: 'sh(op).', keptBy: 'name' },
  // Names that almost match the policy.
  83: { back: 'xcheckout', middle: 'shop' },
  87: { back: 'pay $5', middle: 'checkout!' },
};

/** Returns the shape of a trace. */
export function shapeOf(i) {
  return { ...PLAIN, ...SPECIAL[i % 100], middles: i % 3, backs: i % 4 };
}

/** Returns the number of spans of a trace: two in front, two and `middles` in the middle, one and `backs` at the back. */
export function sizeOf(i) {
  const { middles, backs } = shapeOf(i);
  return 2 + 2 + middles + 1 + backs;
}
