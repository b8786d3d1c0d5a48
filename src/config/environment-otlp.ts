// OTEL_EXPORTER_OTLP_*: the variable for traces goes before the general one.
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/

import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import type { Problem } from '../core/errors.js';
import { parseHeaders } from './header-list.js';
import { MILLISECONDS } from './check-delivery.js';
import { DEFAULTS } from './defaults.js';
import type { EnvReader, Variable } from './env-reader.js';
import { defined } from './defined.js';
import { suggest } from '../core/suggest.js';

/** How OTLP is written. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

/** Certificates and keys in PEM, the files' contents. */
export interface TlsFiles {
  /** Certificates that are trusted. */
  readonly ca?: string;
  /** This client's certificate. */
  readonly cert?: string;
  /** This client's private key. */
  readonly key?: string;
}

/** What the environment says about OTLP. */
export interface EnvironmentOtlp {
  /** The full URL to post to. */
  readonly endpoint?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: OtlpProtocol;
  readonly compression?: 'gzip' | 'none';
  readonly timeoutMs?: number;
  readonly tls?: TlsFiles;
}

const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json'];

/**
 * Reads the OTLP variables. Never throws.
 *
 * @param reader the environment
 * @param readFile reads a certificate's file as text; may throw
 */
export function readOtlp(reader: EnvReader, readFile: (path: string) => string): EnvironmentOtlp {
  return defined({
    endpoint: readEndpoint(reader),
    headers: readHeaders(reader),
    protocol: readProtocol(reader),
    compression: reader.choice<'gzip' | 'none'>({ gzip: 'gzip', none: 'none' }, ...names('COMPRESSION')),
    timeoutMs: reader.number(MILLISECONDS, ...names('TIMEOUT')),
    tls: readTls(reader, readFile),
  });
}

function names(what: string): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${what}`, `OTEL_EXPORTER_OTLP_${what}`];
}

function readEndpoint(reader: EnvReader): string | undefined {
  const [full, base] = names('ENDPOINT');
  const malformed: Problem[] = [];
  let used: string | undefined;
  for (const [name, kind] of [
    [full, 'full'],
    [base, 'base'],
  ] as const) {
    const variable = reader.text(name);
    if (variable === undefined || used !== undefined) continue;
    const { url, problems } = normalizeEndpoint(variable.value, name, kind);
    (url === undefined ? malformed : reader.problems).push(...problems);
    used = url;
  }
  const goesOn = `It is ignored; ${maskEndpoint(used ?? DEFAULTS.otlp.endpoint)} is used.`;
  for (const problem of malformed) {
    const { fix } = problem;
    reader.problems.push({ ...problem, fix: fix === undefined ? goesOn : `${fix} ${goesOn}` });
  }
  return used;
}

/** Both variables together; a header that both name is taken from the one for traces. */
function readHeaders(reader: EnvReader): Readonly<Record<string, string>> | undefined {
  const merged = new Map<string, string>();
  for (const name of [...names('HEADERS')].reverse()) {
    const variable = reader.text(name);
    if (variable === undefined) continue;
    const { headers, problems } = parseHeaders(variable.value, name);
    reader.problems.push(...problems);
    for (const [header, value] of Object.entries(headers)) merged.set(header, value);
  }
  return merged.size === 0 ? undefined : Object.fromEntries(merged);
}

function readProtocol(reader: EnvReader): OtlpProtocol | undefined {
  const variable = reader.text(...names('PROTOCOL'));
  if (variable === undefined) return undefined;
  const value = variable.value.toLowerCase();
  const known = PROTOCOLS.find(protocol => protocol === value);
  if (known !== undefined) return known;
  const fix = 'http/protobuf is used.';
  const expected = "'http/protobuf' or 'http/json'";
  if (value === 'grpc') {
    reader.refuse('unsupported_variable', variable, expected, {
      fix: `${fix} A receiver of gRPC usually takes it on port 4318.`,
    });
  } else {
    reader.refuse('malformed_variable', variable, expected, { suggestion: suggest(value, PROTOCOLS), fix });
  }
  return 'http/protobuf';
}

function readTls(reader: EnvReader, readFile: (path: string) => string): TlsFiles | undefined {
  const content = (what: string): string | undefined => {
    const variable = reader.text(...names(what));
    return variable === undefined ? undefined : readPem(reader, variable, readFile);
  };
  const tls = defined({
    ca: content('CERTIFICATE'),
    cert: content('CLIENT_CERTIFICATE'),
    key: content('CLIENT_KEY'),
  });
  return Object.keys(tls).length === 0 ? undefined : tls;
}

function readPem(
  reader: EnvReader,
  variable: Variable,
  readFile: (path: string) => string,
): string | undefined {
  try {
    const content: unknown = readFile(variable.value);
    if (typeof content === 'string') return content;
  } catch {
    // No such file, or no right to read it; said below.
  }
  return reader.refuse('unreadable_file', variable, 'the path of a readable file in PEM');
}
