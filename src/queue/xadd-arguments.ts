// The arguments of ioredis's `xadd`, which are those of the command:
//
//   key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] id field value …
//
// https://redis.io/docs/latest/commands/xadd/

import { decodeText } from '../propagation/index.js';

/** The parts of a call. */
export interface XaddArguments {
  readonly key: unknown;
  /** Everything up to the id, which is included. */
  readonly head: readonly unknown[];
  readonly id: unknown;
  /** Names and values in turn. A copy, to which the context is added. */
  readonly fields: unknown[];
  /** A callback, if there is one. */
  readonly tail: readonly unknown[];
}

const FLAGS: ReadonlySet<string> = new Set(['NOMKSTREAM', 'KEEPREF', 'DELREF', 'ACKED']);
const TRIM: ReadonlySet<string> = new Set(['MAXLEN', 'MINID']);

/**
 * Splits the arguments of a call. Nested arrays are flattened, as ioredis does.
 *
 * @throws if there is no field and value after the id
 */
export function splitXaddArguments(args: readonly unknown[]): XaddArguments {
  const flat: unknown[] = args.flat(Number.POSITIVE_INFINITY);
  const callbackIndex = flat.findIndex(argument => typeof argument === 'function');
  const tail = callbackIndex < 0 ? [] : flat.splice(callbackIndex);
  const idIndex = findId(flat);
  const fields = flat.slice(idIndex + 1);
  if (fields.length === 0 || fields.length % 2 !== 0)
    throw new TypeError('xadd needs pairs of field and value');
  // The carrier recognizes a list of names and values by its first name.
  fields[0] = decodeText(fields[0]) ?? String(fields[0]);
  return { key: flat[0], head: flat.slice(0, idIndex + 1), id: flat[idIndex], fields, tail };
}

function findId(args: readonly unknown[]): number {
  const word = (index: number): string => (decodeText(args[index]) ?? String(args[index])).toUpperCase();
  let index = 1;
  while (index < args.length) {
    if (FLAGS.has(word(index))) index += 1;
    else if (TRIM.has(word(index))) {
      index += word(index + 1) === '=' || word(index + 1) === '~' ? 3 : 2;
      if (word(index) === 'LIMIT') index += 2;
    } else break;
  }
  return index;
}
