// The way to a backend, one step after the other: name, connection, TLS. What a step finds decides whether the next is taken.

import type { Check } from '../core/check.js';
import { isIP, connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { safeText } from '../core/diagnostics.js';
import type { TlsOptions } from '../delivery/http/transport.js';
import { meaningOf } from '../delivery/error-messages.js';
import { fault, good, type Way } from './target.js';
import type { DoctorWorld } from './host-system.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Looks the host up. */
export async function examineName(way: Way, world: DoctorWorld): Promise<Check> {
  const { host, limitMs, proxy, waiting } = way;
  if (isIP(host) !== 0) return good('dns', `${host} is an address; no name to look up`);
  const what = proxy === undefined ? host : `the proxy ${host}`;
  try {
    const addresses = await limited(world.lookup(host), limitMs);
    return good('dns', `${what} is ${[...new Set(addresses)].join(', ')}`);
  } catch (error) {
    const code = codeOf(error);
    const message =
      code === 'TIMEOUT' ? `the DNS did not answer for ${what}` : `${what} cannot be found by name (${code})`;
    const fix =
      proxy === undefined
        ? 'Check the host in the endpoint for a slip, and the DNS of this machine or container.'
        : `Correct ${proxyVariable(way)}, or name the endpoint's host in NO_PROXY.`;
    return fault('dns', message, { why: waiting, fix });
  }
}

/** Opens a connection, and closes it again. */
export async function examineConnection(way: Way, world: DoctorWorld): Promise<Check> {
  const { host, port, limitMs, proxy, shown, isDefault, waiting } = way;
  const where = `${proxy === undefined ? '' : 'the proxy '}${joined(host, port)}`;
  const startMs = world.clock.monotonicMs();
  const outcome = await dial(
    () => connectTcp({ host, port }),
    'connect',
    limitMs,
    () => undefined,
  );
  if (outcome.error === undefined) {
    return good('connection', `${where} answers after ${ms(world.clock.monotonicMs() - startMs)}`);
  }
  const code = codeOf(outcome.error);
  const sibling =
    proxy === undefined && code === 'ECONNREFUSED' ? await otherLoopback(host, port, limitMs) : undefined;
  if (sibling !== undefined) {
    return fault('connection', `${where} refused the connection, and ${joined(sibling, port)} takes it`, {
      why: waiting,
      fix: `The receiver listens on the other address of this machine: write ${joined(sibling, port)} in the endpoint, or let it listen on both.`,
    });
  }
  if (isDefault && code === 'ECONNREFUSED') {
    return fault('connection', `nobody listens at ${shown}`, {
      why: `This is where spans go while nobody says otherwise. ${waiting}`,
      fix: "Start 'npx @do/trace view' to see your traces here, or say with the 'exporter' option of init() or TRACE_EXPORTER where they should go.",
    });
  }
  const { fact, fix } = meaningOf({ code, message: safeText(outcome.error) }) ?? {
    fact: `cannot be reached (${code})`,
    fix: 'check host and port, and the firewalls between here and there',
  };
  const said = code === 'TIMEOUT' ? `does not answer within ${ms(limitMs)}` : fact;
  const toProxy = `Correct ${proxyVariable(way)}, or name the endpoint's host in NO_PROXY, if it can be reached without.`;
  const silent = 'check host and port; where packets vanish, a firewall or security group stands between';
  return fault('connection', `${where} ${said}`, {
    why: waiting,
    fix: proxy !== undefined ? toProxy : code === 'TIMEOUT' ? silent : fix,
  });
}

/** The address of this machine in the other family, where somebody listens on it and not on the one that was tried. */
async function otherLoopback(host: string, port: number, limitMs: number): Promise<string | undefined> {
  if (host !== 'localhost' && host !== '::1' && !host.startsWith('127.')) return undefined;
  for (const other of ['127.0.0.1', '::1']) {
    if (other === host) continue;
    const outcome = await dial(
      () => connectTcp({ host: other, port }),
      'connect',
      limitMs,
      () => undefined,
    );
    if (outcome.error === undefined) return other;
  }
  return undefined;
}

/** Shakes hands by TLS, with the certificates that delivery uses. */
export async function examineTls(way: Way, tls: TlsOptions | undefined, world: DoctorWorld): Promise<Check> {
  const { host, port, limitMs, waiting } = way;
  const open = (): TLSSocket => connectTls(tlsOptions(host, port, tls));
  const outcome = await dial(open, 'secureConnect', limitMs, socket => describeCertificate(socket, world));
  if (outcome.value !== undefined) return outcome.value;
  const code = codeOf(outcome.error);
  const message = safeText(outcome.error);
  const why = `Nothing is sent over a connection that is not trusted. ${waiting}`;
  if (code === 'TIMEOUT') {
    const fix = 'Check that the port speaks TLS; where it does not, use http:// in the endpoint.';
    return fault('tls', `${joined(host, port)} does not answer the TLS handshake within ${ms(limitMs)}`, {
      why,
      fix,
    });
  }
  // A plain server that hangs up on a handshake it does not understand.
  const isReset = /^(?:ECONNRESET|EPIPE)$/.test(code);
  const meaning = isReset
    ? { fact: 'ends the TLS handshake', fix: 'Use http:// in the endpoint if the port does not speak TLS.' }
    : (meaningOf({ code, message }) ?? {
        fact: 'fails in the TLS handshake',
        fix: 'Look at the log of the backend.',
      });
  const names = /altnames: (.*)$/i.exec(message)?.[1];
  const detail = names === undefined ? code : `${code}; it is for ${names.slice(0, 120)}`;
  return fault('tls', `${joined(host, port)} ${meaning.fact} (${detail})`, { why, fix: meaning.fix });
}

/** Whether a port speaks TLS, whatever its certificate. */
export async function speaksTls({ host, port, limitMs }: Way): Promise<boolean> {
  const options = tlsOptions(host, port, { rejectUnauthorized: false });
  return (
    (
      await dial(
        () => connectTls(options),
        'secureConnect',
        limitMs,
        () => true,
      )
    ).value === true
  );
}

/** Whether a port answers HTTP/2 without being asked for an upgrade, which is how gRPC servers speak. */
export async function speaksHttp2({ host, port, limitMs }: Way): Promise<boolean> {
  const socket = connectTcp({ host, port });
  const first = new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
  // The preface, and an empty frame of settings: https://www.rfc-editor.org/rfc/rfc9113#section-3.4
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
  const timer = setTimeout(() => socket.destroy(), limitMs);
  try {
    const frame = await first;
    // Settings or a farewell: types 4 and 7, on stream 0.
    return frame.length >= 9 && (frame[3] === 4 || frame[3] === 7) && frame.readUInt32BE(5) === 0;
  } catch {
    // It hung up or said nothing: whatever it speaks, it is not this.
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** The variable that the proxy probably came from. */
export function proxyVariable({ isTls }: Pick<Way, 'isTls'>): string {
  return isTls ? 'HTTPS_PROXY' : 'HTTP_PROXY';
}

/** Milliseconds as people say them. */
export function ms(value: number): string {
  return value < 10_000 ? `${Math.max(1, Math.round(value))} ms` : `${Math.round(value / 1_000)} s`;
}

function describeCertificate(socket: TLSSocket, world: DoctorWorld): Check {
  const protocol = socket.getProtocol() ?? 'TLS';
  const endMs = Date.parse(socket.getPeerCertificate().valid_to);
  const days = Math.floor((endMs - world.clock.wallMs()) / DAY_MS);
  if (!Number.isFinite(days)) return good('tls', protocol);
  const until = new Date(endMs).toISOString().slice(0, 10);
  if (days >= SOON_DAYS) return good('tls', `${protocol}, certificate valid until ${until}`);
  return fault('tls', `${protocol}; the certificate ends on ${until}, in ${days} days`, {
    status: 'warning',
    why: 'From that day on no span gets through.',
    fix: 'Renew the certificate of the backend.',
  });
}

function tlsOptions(host: string, port: number, tls: TlsOptions = {}): ConnectionOptions {
  const { ca, ...rest } = tls;
  return {
    host,
    port,
    ...rest,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : (ca as string) }),
  };
}

/** What came of a connection attempt: what was read of it, or why there is none. */
type Dialled<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly value?: never; readonly error: unknown };

/** Opens a connection, reads what there is to know of it, and closes it. Never rejects. */
function dial<S extends Socket, T>(
  open: () => S,
  event: string,
  limitMs: number,
  read: (socket: S) => T,
): Promise<Dialled<T>> {
  return new Promise(resolve => {
    let socket: S;
    try {
      socket = open();
    } catch (error) {
      // A certificate or key that is no PEM throws at once.
      resolve({ error });
      return;
    }
    const end = (outcome: Dialled<T>): void => {
      clearTimeout(timer);
      resolve(outcome);
      socket.destroy();
    };
    const timer = setTimeout(() => end({ error: coded('TIMEOUT', 'no answer in time') }), limitMs);
    socket.once(event, () => end({ value: read(socket) }));
    socket.on('error', error => end({ error }));
    socket.once('close', () => end({ error: coded('ECONNRESET', 'closed') }));
  });
}

function limited<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(coded('TIMEOUT', 'no answer in time')), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function joined(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The system's code, also of the errors that Node gathers where a name has several addresses. */
export function codeOf(error: unknown): string {
  const { code, errors } = error as {
    readonly code?: unknown;
    readonly errors?: readonly { code?: unknown }[];
  };
  return String(code ?? errors?.[0]?.code ?? 'ERROR');
}
