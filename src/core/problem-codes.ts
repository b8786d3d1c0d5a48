// The codes of problems in options and variables. A test compares `docs/diagnostics.md` with this table.

/** Every code of an `OptionProblem`, with the fact that it reports. Programs compare the code. The fact is for readers. */
export const OPTION_PROBLEM_CODES = {
  unknown_option: 'this option does not exist',
  wrong_type: 'the value has the wrong type',
  out_of_range: 'the number is outside its range',
  unknown_exporter: 'no exporter has this name',
  unknown_propagator: 'no propagator has this name',
  unknown_instrumentation: 'no instrumentation has this name',
  unknown_preset: 'no preset has this name',
  malformed_endpoint: 'the endpoint is not a URL or host',
  grpc_port: 'port 4317 is for OTLP over gRPC, and this exporter uses HTTP',
  doubled_path: 'the URL contains the path /v1/traces twice',
  missing_path: 'the URL is used without a change, and it has no path',
  malformed_headers: 'the header list cannot be read',
  malformed_variable: 'the environment variable cannot be read',
  unsupported_variable: 'the environment variable or its value is not supported',
  unreadable_file: 'the file cannot be read',
  missing_key: 'a key or its setting is missing',
  malformed_key: 'the key does not look like a key of this product',
  unknown_region: 'the product has no region or site of this name',
  conflicting_settings: 'these settings exclude each other',
} as const;

/** The codes of this version. */
export type KnownOptionProblemCode = keyof typeof OPTION_PROBLEM_CODES;

/** A stable code of a problem. Minor releases add codes, so a `switch` over them needs a `default`. */
export type OptionProblemCode = KnownOptionProblemCode | (string & Record<never, never>);
