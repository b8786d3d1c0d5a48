// The traces of the fleet, by their number: what each looks like, and why a policy keeps it, if one does.

/** Milliseconds above which a trace is slow. */
export const SLOW_MS = 500;

/** The names that are kept, as the command takes them. */
export const NAMES = ['pay $5 for "a{b}"', '${env:HOME} $$', 'check*out', 'sh(op).*'];

const PLAIN = { rootMs: 30, backMs: 12, middle: 'middle', back: 'back' };

/** Of a hundred traces, those that are not plain. */
const SPECIAL = {
  // A failure in each of the three processes; that of the last becomes known after the first has ended its span.
  3: { failing: 'front', why: 'error' },
  13: { failing: 'middle', why: 'error' },
  23: { failing: 'back', backMs: 90, why: 'error' },
  33: { rootMs: 800, why: 'slow' },
  // No process is slow by itself; the trace is.
  43: { rootMs: 300, backFrom: 250, backMs: 400, why: 'slow' },
  // Exactly as long as that is not longer.
  53: { rootMs: SLOW_MS },
  57: { rootMs: SLOW_MS + 1, why: 'slow' },
  63: { back: NAMES[0], why: 'name' },
  67: { back: NAMES[1], why: 'name' },
  73: { middle: 'check me\nout', why: 'name' },
  77: { middle: 'sh(op).', why: 'name' },
  // Names that only look like those that are kept.
  83: { back: 'xcheckout', middle: 'shop' },
  87: { back: 'pay $5', middle: 'checkout!' },
};

/** What a trace looks like. */
export function shapeOf(i) {
  return { ...PLAIN, ...SPECIAL[i % 100], middles: i % 3, backs: i % 4 };
}

/** The spans of a trace: two in front, two and some in the middle, one and some at the back. */
export function sizeOf(i) {
  const { middles, backs } = shapeOf(i);
  return 2 + 2 + middles + 1 + backs;
}
