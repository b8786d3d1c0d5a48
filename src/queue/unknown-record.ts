// Access to messages and options of unknown form: any sender and any caller may have created them.

/** The properties of a value of unknown form. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** Returns an object as it is, and an empty object for other values. */
export function asRecord(value: unknown): UnknownRecord {
  return typeof value === 'object' && value !== null ? (value as UnknownRecord) : {};
}

/** Returns text that is not empty; undefined for other values. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
