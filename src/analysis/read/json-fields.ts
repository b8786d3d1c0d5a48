// Typed access to the fields of OTLP JSON. Each function returns a value of the expected type or throws `ReadError`. A field
// that is absent or null has its default value, as in protobuf.
// Source: https://protobuf.dev/programming-guides/json/

import { ReadError } from './read-error.js';

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is an object and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a field is present and not null. */
export function isSet(parent: JsonObject, key: string): boolean {
  return parent[key] !== undefined && parent[key] !== null;
}

/** @param name the name of the value in the error */
export function asObject(value: unknown, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw createMalformedError(name, 'an object', value);
}

/** Returns an object, or an empty object if the field is not set. */
export function readObjectField(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return value === undefined || value === null ? {} : asObject(value, key);
}

/** Returns a list, or an empty list if the field is not set. */
export function readArrayField(parent: JsonObject, key: string): readonly unknown[] {
  const value = parent[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw createMalformedError(key, 'a list', value);
}

/** Returns a string, or an empty string if the field is not set. */
export function readTextField(parent: JsonObject, key: string): string {
  const value = parent[key];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw createMalformedError(key, 'a string', value);
}

/**
 * Returns the number of an enum value, or 0 if the field is not set.
 *
 * @param names the names of the enum by number; an unknown name is read as 0, unspecified
 */
export function readEnumField(parent: JsonObject, key: string, names: readonly string[]): number {
  const value = parent[key];
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string') {
    return /^\d{1,9}$/.test(value) ? Number(value) : Math.max(0, names.indexOf(value));
  }
  throw createMalformedError(key, 'an integer', value);
}

/** Returns an unsigned 64-bit integer, or 0 if the field is not set or empty. */
export function readUnsignedField(parent: JsonObject, key: string): bigint {
  const value = parent[key];
  if (value === undefined || value === null || value === '') return 0n;
  const integer = toBigInt(value, key);
  if (integer < 0n || integer >= 2n ** 64n)
    throw createMalformedError(key, 'an unsigned 64-bit integer', value);
  return integer;
}

/** Reads `boolValue`. */
export function readBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw createMalformedError('boolValue', 'true or false', value);
}

/** Reads `doubleValue`. The proto3 JSON mapping has names for NaN and the infinities, and allows numbers in quotes. */
export function readDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value)) {
    return Number(value);
  }
  throw createMalformedError('doubleValue', 'a number', value);
}

/** Reads `intValue`: a number if that is exact, or else a bigint. */
export function readSignedInteger(value: unknown): number | bigint {
  const integer = toBigInt(value, 'intValue');
  if (integer < -(2n ** 63n) || integer >= 2n ** 63n)
    throw createMalformedError('intValue', 'a 64-bit integer', value);
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

/** Reads `bytesValue`: base64 in the standard or the URL-safe alphabet. */
export function readBytes(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    // The error of atob names neither field nor format.
    throw createMalformedError('bytesValue', 'base64', text);
  }
  return Uint8Array.from(binary, character => character.charCodeAt(0));
}

/**
 * Creates the error of a value that violates the format.
 *
 * @param name the field
 * @param expected the expected value
 * @param received the value in the input; of a string the first 40 characters are shown
 */
export function createMalformedError(name: string, expected: string, received: unknown): ReadError {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 40)) : describe(received);
  return new ReadError(
    'malformed',
    `This is not OTLP JSON: ${name} must be ${expected}, got ${shown}.`,
    'otlp-json',
  );
}

function toBigInt(value: unknown, name: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw createMalformedError(name, 'an integer, as a string or a number', value);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : String(value);
}
