// From a symptom to its cause: what would have worked is tried, with requests that carry no span of the application.

import type { Check } from '../core/check.js';
import { meaningOf } from '../delivery/error-messages.js';
import { maskEndpoint } from '../core/endpoint.js';
import type { Answered, Failed } from '../delivery/transport.js';
import { DROPPED, faultOf } from './response-diagnosis.js';
import { ms, proxyVariable, speaksHttp2, speaksTls } from './network.js';
import { type Asker, EMPTY, type Variation, wasTaken } from './requests.js';
import { type ConnectionTarget, fault, type Way } from './target.js';

/** Whom to ask, and what is known of it. */
export interface Patient {
  readonly target: ConnectionTarget;
  readonly way: Way;
  readonly asker: Asker;
}

/** Where products take OTLP when it is not at the root. */
const USUAL_PATHS = ['/v1/traces', '/otlp/v1/traces', '/api/v2/otlp/v1/traces'];

/** Says why a request had no answer. */
export async function diagnoseFailure(name: string, failure: Failed, { way }: Patient): Promise<Check> {
  const { shown, isTls, proxy, limitMs } = way;
  const { code, message } = failure;
  if (code === 'PROXY') {
    return fault(name, message, {
      why: way.waiting,
      fix: `Correct ${proxyVariable(way)} (http://user:password@proxy:3128 where it wants a password), or name the endpoint's host in NO_PROXY.`,
    });
  }
  if (proxy === undefined && !isTls && /^(?:HPE_|ECONNRESET|EPIPE|ERROR|TIMEOUT)/.test(code)) {
    const found = await otherProtocol(name, way);
    if (found !== undefined) return found;
  }
  if (code === 'TIMEOUT') {
    return fault(name, `${shown} took the connection and does not answer within ${ms(limitMs)}`, {
      why: 'Each request is given up after its limit, while new spans wait behind it; what does not fit is dropped, and counted.',
      fix: "Look at the load and the log of the backend; where it is only slow, raise 'delivery.timeoutMs'.",
    });
  }
  const meaning = meaningOf(failure) ?? {
    fact: 'cannot be reached',
    fix: 'check host, port and what stands between',
  };
  return fault(name, `${shown} ${meaning.fact} (${code})`, { why: way.waiting, fix: meaning.fix });
}

/** Says why a request was refused; undefined where it was not. */
export async function diagnoseAnswer(
  name: string,
  answer: Answered,
  body: Uint8Array,
  patient: Patient,
): Promise<Check | undefined> {
  const { target, way } = patient;
  const found = faultOf(name, answer, target, way);
  if (found === undefined || answer.status === 429 || answer.status >= 500) return found;
  const { status } = answer;
  if (status === 400 && way.proxy === undefined && !way.isTls) {
    const other = await otherProtocol(name, way);
    if (other !== undefined) return other;
  }
  if (status === 400 || status === 415) return (await otherForm(name, answer, body, patient)) ?? found;
  if (status === 401 || status === 403) return (await otherRegion(name, answer, patient)) ?? found;
  if (status === 404 || status === 405 || status < 300)
    return (await otherPath(name, answer, patient)) ?? found;
  return found;
}

/** TLS where http:// was written, or gRPC. */
async function otherProtocol(name: string, way: Way): Promise<Check | undefined> {
  const { endpoint, shown } = way;
  if (await speaksHttp2(way)) {
    const right = new URL(endpoint);
    right.port = '4318';
    return fault(
      name,
      `port ${way.port} of ${way.host} speaks HTTP/2, as gRPC does; this exporter speaks HTTP/1.1`,
      {
        why: way.waiting,
        fix: `Use the port for OTLP over HTTP, usually 4318: ${maskEndpoint(right.href)}.`,
      },
    );
  }
  if (!(await speaksTls(way))) return undefined;
  const right = new URL(endpoint);
  right.protocol = 'https:';
  if (right.port === '') right.port = '80';
  return fault(name, `${shown} is http, and the port speaks TLS`, {
    why: `${way.waiting} The key went over the wire as plain text.`,
    fix: `Write https:// in the endpoint: ${maskEndpoint(right.href)}.`,
  });
}

/** Another compression or encoding that is taken. */
async function otherForm(
  name: string,
  { status }: Answered,
  body: Uint8Array,
  { target, way, asker }: Patient,
): Promise<Check | undefined> {
  const { protocol = 'http/protobuf' } = target.destination;
  const other = protocol === 'http/json' ? 'http/protobuf' : 'http/json';
  const variations: readonly (readonly [Variation, string, string])[] = [
    ...(way.compression === 'gzip'
      ? [
          [
            { compression: 'none' },
            'gzip',
            "Send without: 'delivery: { compression: 'none' }' or OTEL_EXPORTER_OTLP_COMPRESSION=none.",
          ] as const,
        ]
      : []),
    [
      { protocol: other },
      protocol,
      `Use the other protocol: otlp({ protocol: '${other}' }) or OTEL_EXPORTER_OTLP_PROTOCOL=${other}.`,
    ],
  ];
  for (const [variation, culprit, fix] of variations) {
    if (!wasTaken((await asker.ask(body, variation)).outcome)) continue;
    return fault(
      name,
      `${way.shown} answers ${status} to ${culprit}, and takes the same request without it`,
      {
        why: DROPPED,
        fix,
      },
    );
  }
  return undefined;
}

/** Another region of the product that knows the key. */
async function otherRegion(
  name: string,
  { status }: Answered,
  { target, way, asker }: Patient,
): Promise<Check | undefined> {
  for (const region of target.regions ?? []) {
    if (region.endpoint === way.endpoint.href) continue;
    const { outcome } = await asker.ask(EMPTY, { endpoint: new URL(region.endpoint) });
    if (!wasTaken(outcome)) continue;
    return fault(name, `${way.shown} answers ${status}: the key belongs to another region, ${region.name}`, {
      why: DROPPED,
      fix: `Choose the region of the key: ${region.name}.`,
    });
  }
  return undefined;
}

/** Another path on the same host where OTLP is taken. */
async function otherPath(
  name: string,
  { status }: Answered,
  { way, asker }: Patient,
): Promise<Check | undefined> {
  for (const path of USUAL_PATHS) {
    if (path === way.endpoint.pathname) continue;
    const endpoint = new URL(path, way.endpoint);
    const { outcome } = await asker.ask(EMPTY, { endpoint });
    if (!wasTaken(outcome)) continue;
    const right = maskEndpoint(endpoint.href);
    return fault(name, `${way.shown} answers ${status}: the path is wrong`, {
      why: DROPPED,
      fix: `Spans are taken at ${right}: set the endpoint to it, in OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or in code.`,
    });
  }
  return undefined;
}
