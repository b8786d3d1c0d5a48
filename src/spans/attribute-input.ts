// The types of attribute values that the functions of this package accept. They are wider than those of OpenTelemetry.

/** Objects that cannot be recorded: promises, functions, arrays (which have their own type) and bytes. */
interface NotAnAttribute {
  readonly then?: never;
  readonly call?: never;
  readonly concat?: never;
  readonly byteLength?: never;
}

/**
 * A value of an attribute: what OpenTelemetry accepts, and dates, big integers, plain objects and lists of any of these.
 * Dates and big integers are recorded as text, and objects as JSON. `null` and `undefined` are left out.
 */
export type AttributeInput =
  | string
  | number
  | boolean
  | bigint
  | Date
  | null
  | undefined
  | readonly AttributeInput[]
  | { readonly [key: string]: AttributeInput }
  // An interface has no index signature, so it fits this type only.
  | (object & NotAnAttribute);

/** Attributes by key. */
export interface AttributesInput {
  readonly [key: string]: AttributeInput;
}
