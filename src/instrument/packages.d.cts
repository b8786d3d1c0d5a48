/** Returns the file of the copy of `@opentelemetry/api` that this package uses. Throws if it cannot be resolved. */
export function apiFile(): string;
