// Programs that behave differently under OpenTelemetry's provider and instrumentations, with the difference.

/** @type {Readonly<Record<string, string>>} */
export const OPENTELEMETRY_DIFFERENCES = {
  anthropic: 'each request has two traceparent headers',
};
