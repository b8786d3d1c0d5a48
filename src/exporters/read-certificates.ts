// Certificates that are given as paths of files. Their contents are read when the exporter starts.

import { readFileSync } from 'node:fs';
import type { Diagnostics } from '../core/diagnostics.js';
import { createProblemDiagnostic } from '../core/errors.js';
import type { TlsOptions } from '../delivery/http/tls-options.js';

type Pem = string | Uint8Array;

const PEM = /-----BEGIN /;

/**
 * Replaces paths by the contents of their files. One warning reports each file that cannot be read. It shows no part of the
 * value, because a key in another format than PEM would look like a path.
 *
 * @param tls the option of the exporter
 * @param path the path of the option, for the warnings
 */
export function readCertificates(
  tls: TlsOptions | undefined,
  path: string,
  diagnostics: Diagnostics,
): TlsOptions | undefined {
  if (tls === undefined) return undefined;
  const { ca, cert, key, rejectUnauthorized } = tls;
  const read = (part: string, value: Pem | undefined): Pem | undefined =>
    value === undefined ? undefined : readPem(value, `${path}.${part}`, diagnostics);
  const authorities = isList(ca) ? ca.flatMap(each => read('ca', each) ?? []) : read('ca', ca);
  return { ca: authorities, cert: read('cert', cert), key: read('key', key), rejectUnauthorized };
}

function readPem(value: Pem, path: string, diagnostics: Diagnostics): Pem | undefined {
  if (typeof value !== 'string' || PEM.test(value)) return value;
  try {
    return readFileSync(value);
  } catch (error) {
    // The file is missing, or this process may not read it. The warning names the option, and the spans wait.
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException;
    const expected = 'PEM, or the path of a file that can be read';
    diagnostics.report(
      'warn',
      createProblemDiagnostic({ code: 'unreadable_file', path, expected, received: `other text (${code})` }),
    );
    return undefined;
  }
}

function isList(value: TlsOptions['ca']): value is readonly Pem[] {
  return Array.isArray(value);
}
