// OTEL_EXPORTER_OTLP_*. The variable for traces takes precedence over the general one.
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/

import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import type { OptionProblem } from '../core/errors.js';
import { suggest } from '../core/suggest.js';
import { DEFAULTS } from './defaults.js';
import type { EnvReader, EnvVariable } from './env-reader.js';
import { parseHeaders } from './header-list.js';
import { omitUndefined } from '../core/omit-undefined.js';
import type { OtlpProtocol, TlsFiles } from './resolved.js';
import { MILLISECONDS_RANGE } from '../delivery/validate-options.js';

/** The OTLP settings of the environment. A setting without a variable is absent. */
export interface EnvironmentOtlp {
  /** The full URL of the requests. */
  readonly endpoint?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: OtlpProtocol;
  readonly compression?: 'gzip' | 'none';
  readonly requestTimeoutMs?: number;
  readonly tls?: TlsFiles;
}

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json'];

/**
 * Reads the OTLP variables. Never throws.
 *
 * @param reader the environment
 * @param readFile reads a certificate file as text; may throw
 */
export function readOtlp(reader: EnvReader, readFile: (path: string) => string): EnvironmentOtlp {
  return omitUndefined({
    endpoint: readEndpoint(reader),
    headers: readHeaders(reader),
    protocol: readProtocol(reader),
    compression: reader.choice<'gzip' | 'none'>(
      { gzip: 'gzip', none: 'none' },
      ...getVariableNames('COMPRESSION'),
    ),
    requestTimeoutMs: reader.number(MILLISECONDS_RANGE, ...getVariableNames('TIMEOUT')),
    tls: readTls(reader, readFile),
  });
}

/** The variable for traces, then the general one. */
function getVariableNames(suffix: string): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`];
}

function readEndpoint(reader: EnvReader): string | undefined {
  const [tracesName, generalName] = getVariableNames('ENDPOINT');
  const malformed: OptionProblem[] = [];
  let endpoint: string | undefined;
  for (const [name, kind] of [
    [tracesName, 'full'],
    [generalName, 'base'],
  ] as const) {
    const variable = reader.string(name);
    if (variable === undefined || endpoint !== undefined) continue;
    const { url, problems } = normalizeEndpoint(variable.value, name, kind);
    (url === undefined ? malformed : reader.problems).push(...problems);
    endpoint = url;
  }
  const consequence = `The variable is ignored, and ${maskEndpoint(endpoint ?? DEFAULTS.otlp.endpoint)} is used.`;
  for (const problem of malformed) {
    const { fix } = problem;
    reader.problems.push({ ...problem, fix: fix === undefined ? consequence : `${fix} ${consequence}` });
  }
  return endpoint;
}

/** Reads both variables. For a header that both name, the variable for traces takes precedence. */
function readHeaders(reader: EnvReader): Readonly<Record<string, string>> | undefined {
  const merged = new Map<string, string>();
  for (const name of [...getVariableNames('HEADERS')].reverse()) {
    const variable = reader.string(name);
    if (variable === undefined) continue;
    const { headers, problems } = parseHeaders(variable.value, name);
    reader.problems.push(...problems);
    for (const [header, value] of Object.entries(headers)) merged.set(header, value);
  }
  return merged.size === 0 ? undefined : Object.fromEntries(merged);
}

function readProtocol(reader: EnvReader): OtlpProtocol | undefined {
  const variable = reader.string(...getVariableNames('PROTOCOL'));
  if (variable === undefined) return undefined;
  const value = variable.value.toLowerCase();
  const known = PROTOCOLS.find(protocol => protocol === value);
  if (known !== undefined) return known;
  const fix = 'http/protobuf is used.';
  const expected = "'http/protobuf' or 'http/json'";
  if (value === 'grpc') {
    reader.addProblem('unsupported_variable', variable, expected, {
      fix: `${fix} Most receivers of OTLP over gRPC also accept OTLP over HTTP, on port 4318.`,
    });
  } else {
    const suggestion = suggest(value, PROTOCOLS);
    reader.addProblem('malformed_variable', variable, expected, { suggestion, fix });
  }
  return 'http/protobuf';
}

function readTls(reader: EnvReader, readFile: (path: string) => string): TlsFiles | undefined {
  const content = (suffix: string): string | undefined => {
    const variable = reader.string(...getVariableNames(suffix));
    return variable === undefined ? undefined : readPem(reader, variable, readFile);
  };
  const tls = omitUndefined({
    ca: content('CERTIFICATE'),
    cert: content('CLIENT_CERTIFICATE'),
    key: content('CLIENT_KEY'),
  });
  return Object.keys(tls).length === 0 ? undefined : tls;
}

function readPem(
  reader: EnvReader,
  variable: EnvVariable,
  readFile: (path: string) => string,
): string | undefined {
  try {
    const content: unknown = readFile(variable.value);
    if (typeof content === 'string') return content;
  } catch {
    // The file does not exist or cannot be read: the problem below reports it.
  }
  return reader.addProblem('unreadable_file', variable, 'the path of a readable file in PEM');
}
