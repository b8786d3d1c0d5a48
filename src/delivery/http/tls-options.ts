// The TLS settings of a destination.

/** TLS settings beyond the certificate authorities of the machine, in PEM. */
export interface TlsOptions {
  /** The certificate authorities to trust. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** The client certificate. */
  readonly cert?: string | Buffer;
  /** The key of the client certificate. */
  readonly key?: string | Buffer;
  /** Whether a certificate that is not trusted ends the connection. @default true */
  readonly rejectUnauthorized?: boolean;
}

/** TLS settings as `node:tls` takes them. */
export interface NodeTlsOptions extends Omit<TlsOptions, 'ca'> {
  ca?: string | Buffer | (string | Buffer)[];
}

/** Converts TLS settings for `node:tls`, which takes no read-only arrays. */
export function toNodeTlsOptions({ ca, ...rest }: TlsOptions): NodeTlsOptions {
  if (ca === undefined) return rest;
  return { ...rest, ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] };
}
