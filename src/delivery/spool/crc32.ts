// CRC-32 (IEEE 802.3), the checksum of the records in the spool.

import * as zlib from 'node:zlib';

const POLYNOMIAL = 0xedb8_8320;
let table: Uint32Array | undefined;

/**
 * The CRC-32 of bytes. Node 20.15 and newer compute it natively, about fifty times as fast.
 *
 * @param bytes the input
 * @param seed the checksum of the bytes before, 0 at the beginning
 */
export function crc32(bytes: Uint8Array, seed: number): number {
  return typeof zlib.crc32 === 'function' ? zlib.crc32(bytes, seed) : portableCrc32(bytes, seed);
}

/** The CRC-32 for Node before 20.15. */
export function portableCrc32(bytes: Uint8Array, seed: number): number {
  table ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  let value = ~seed;
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
