// The TLS settings of a destination.

/** TLS settings beyond the certificate authorities of the machine, in PEM. */
export interface TlsOptions {
  /** The certificate authorities to trust. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** The client certificate. */
  readonly cert?: string | Uint8Array | undefined;
  /** The key of the client certificate. */
  readonly key?: string | Uint8Array | undefined;
  /** Whether a certificate that is not trusted ends the connection. @default true */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** TLS settings as `node:tls` takes them. */
export interface NodeTlsOptions {
  ca?: string | Buffer | (string | Buffer)[];
  cert?: string | Buffer;
  key?: string | Buffer;
  rejectUnauthorized?: boolean;
}

/** Converts TLS settings for `node:tls`, which takes buffers, no read-only arrays, and no undefined values. */
export function toNodeTlsOptions({ ca, cert, key, rejectUnauthorized }: TlsOptions): NodeTlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: isList(ca) ? ca.map(toPem) : toPem(ca) }),
    ...(cert === undefined ? {} : { cert: toPem(cert) }),
    ...(key === undefined ? {} : { key: toPem(key) }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

type Pem = string | Uint8Array;

function isList(value: Pem | readonly Pem[]): value is readonly Pem[] {
  return Array.isArray(value);
}

function toPem(value: Pem): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
