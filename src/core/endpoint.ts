// Normalises an endpoint as users write it to the URL of the POST request:
//
//   collector                            -> http://collector:4318/v1/traces
//   collector:4318                       -> http://collector:4318/v1/traces
//   https://otlp.example/api/            -> https://otlp.example/api/v1/traces
//   http://localhost:4318/v1/traces      -> unchanged

import type { OptionProblem } from './errors.js';
import { bracketHost, isLoopbackHost } from './host.js';
import { suggest } from './suggest.js';

/**
 * How an endpoint is read. `'any'`: a host, base URL or full URL, as options in code accept it. `'base'`: the path is
 * appended (`OTEL_EXPORTER_OTLP_ENDPOINT`). `'full'`: used without a change (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`).
 */
export type EndpointKind = 'any' | 'base' | 'full';

/** The URL of the POST request, undefined if the input is not a URL or host, and the problems of the input. */
export interface NormalizedEndpoint {
  readonly url: string | undefined;
  readonly problems: readonly OptionProblem[];
}

// Longer than any real endpoint, and short enough that no expression below takes noticeable time.
const MAX_LENGTH = 4_096;
const DEFAULT_PORT = 4318;
const GRPC_PORT = '4317';
const TRACES_PATH = '/v1/traces';
const DOUBLED = /(?:\/v1\/traces){2,}$/i;
const ENDS_IN_PATH = /\/v1\/traces$/i;
const EXPECTED = 'a host, host:port or http(s) URL';

/**
 * Normalises an endpoint. Never throws.
 *
 * @param input the endpoint as the user wrote it
 * @param path the option or variable that holds it, for the problems: `endpoint`, `OTEL_EXPORTER_OTLP_ENDPOINT`
 * @param kind how the input is read
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 */
export function normalizeEndpoint(
  input: string,
  path: string,
  kind: EndpointKind = 'any',
): NormalizedEndpoint {
  const written = input.trim();
  const problems: OptionProblem[] = [];
  const url = parse(written, path, problems);
  if (url === undefined) return { url: undefined, problems };
  url.hash = '';

  const steps = trimSlashes(url.pathname);
  const isDoubled = DOUBLED.test(steps) || (kind === 'base' && ENDS_IN_PATH.test(steps));
  const base = steps.replace(DOUBLED, '').replace(ENDS_IN_PATH, '');
  if (isDoubled || (kind !== 'full' && !ENDS_IN_PATH.test(steps))) url.pathname = base + TRACES_PATH;
  else if (kind !== 'full') url.pathname = steps;

  const shown = maskEndpoint(url.href);
  const received = maskEndpoint(written);
  // A mistake in code is refused. A mistake in the environment is corrected, and the message names the URL in use.
  const consequence = kind === 'any' ? {} : { fix: `${shown} is used.` };
  if (url.port === GRPC_PORT) {
    const right = new URL(url);
    right.port = String(DEFAULT_PORT);
    if (kind !== 'full') right.pathname = base;
    problems.push({
      code: 'grpc_port',
      path,
      expected: 'the port of an OTLP/HTTP receiver, usually 4318',
      received,
      suggestion: trimSlashes(maskEndpoint(right.href)),
      ...consequence,
    });
  }
  if (isDoubled) {
    problems.push({
      code: 'doubled_path',
      path,
      expected: kind === 'base' ? 'a base URL, to which /v1/traces is appended' : '/v1/traces once',
      received,
      ...(kind === 'any' ? { suggestion: shown } : consequence),
    });
  } else if (kind === 'full' && steps === '') {
    problems.push({
      code: 'missing_path',
      path,
      expected: 'the full URL',
      received,
      fix: 'Add /v1/traces, or write it to OTEL_EXPORTER_OTLP_ENDPOINT.',
    });
  }
  return { url: url.href, problems };
}

/**
 * Masks a URL for display: user info and query values become `***`.
 *
 * @param url a URL, or text that was meant to be one
 */
export function maskEndpoint(url: string): string {
  const [beforeQuery = '', ...queries] = url.split('?');
  const base = beforeQuery.replace(/^([a-z][a-z0-9+.-]*:\/+)?[^/]*@/i, '$1***@');
  return queries.length === 0 ? base : `${base}?${queries.join('?').replace(/=[^&#]*/g, '=***')}`;
}

/** Whether a URL is the default endpoint: the usual port of an OTLP/HTTP receiver on this machine, without TLS. */
export function isDefaultEndpoint({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port === String(DEFAULT_PORT) && isLoopbackHost(hostname);
}

function parse(written: string, path: string, problems: OptionProblem[]): URL | undefined {
  const refuse = (fix?: string, suggestion?: string): undefined => {
    problems.push({
      code: 'malformed_endpoint',
      path,
      expected: EXPECTED,
      received: written === '' ? 'an empty string' : JSON.stringify(maskEndpoint(written.slice(0, 200))),
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(fix === undefined ? {} : { fix }),
    });
  };
  // `URL` accepts typos that must be reported: it encodes blanks, and takes http:/host and http:host.
  if (written === '' || written.length > MAX_LENGTH || /[\s<>"\\^`{|}]/.test(written)) return refuse();
  if (/^https?:(?!\/\/)/i.test(written) || /^https?\/\//i.test(written)) {
    return refuse('Begin the URL with http:// or https://.');
  }
  if (/^https?:\/\/[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:\/|$)/i.test(written)) {
    return refuse('Put the IPv6 address in brackets: http://[::1]:4318.');
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase();
  if (scheme === 'grpc' || scheme === 'grpcs') {
    return refuse('This exporter uses OTLP over HTTP, usually on port 4318.');
  }
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    return refuse(undefined, suggest(scheme, ['http', 'https']));
  }
  try {
    if (scheme !== undefined) return new URL(written);
    const withHost = bracketIPv6(written);
    const url = new URL(`http://${withHost}`);
    if (url.port === '443') return new URL(`https://${withHost}`);
    // `URL` drops the default port of http, so only the text shows whether port 80 was written.
    const authority = withHost.split(/[/?#]/, 1)[0] ?? '';
    if (url.port === '' && !authority.endsWith(':80')) url.port = String(DEFAULT_PORT);
    return url;
  } catch {
    // The message of `URL` is only "Invalid URL"; the problem lists the expected forms.
    return refuse();
  }
}

/** Adds brackets to a bare IPv6 address, so that a port can follow. */
function bracketIPv6(written: string): string {
  return /^[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*$/i.test(written) ? bracketHost(written) : written;
}

function trimSlashes(text: string): string {
  return text.replace(/\/+$/, '');
}
