import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsOptions } from '../../../src/delivery/http/tls-options.js';
import { readCertificates } from '../../../src/exporters/read-certificates.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../support/captured-diagnostics.js';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'read-certificates-'));
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(directory, name), `${name} of a file`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(tls: TlsOptions | undefined): {
  result: TlsOptions | undefined;
  captured: CapturedDiagnostic[];
} {
  const { diagnostics, captured } = collectDiagnostics();
  return { result: readCertificates(tls, 'acme.tls', diagnostics), captured };
}

const contentsOf = (name: string): Buffer => Buffer.from(`${name} of a file`);

it('nothing is read without the option', () => {
  expect(read(undefined)).toEqual({ result: undefined, captured: [] });
  expect(read({})).toEqual({
    result: { ca: undefined, cert: undefined, key: undefined, rejectUnauthorized: undefined },
    captured: [],
  });
});

it('paths are replaced by the contents of the files', () => {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map(name => join(directory, name));
  expect(read({ ca, cert, key, rejectUnauthorized: false })).toEqual({
    result: {
      ca: contentsOf('ca'),
      cert: contentsOf('cert'),
      key: contentsOf('key'),
      rejectUnauthorized: false,
    },
    captured: [],
  });
});

it('PEM and bytes are used as they are', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const { result, captured } = read({ ca: PEM, cert: `# a comment\n${PEM}`, key: bytes });
  expect(result?.ca).toBe(PEM);
  expect(result?.cert).toBe(`# a comment\n${PEM}`);
  expect(result?.key).toBe(bytes);
  expect(captured).toEqual([]);
});

it('a list of authorities may hold paths, PEM and bytes', () => {
  const bytes = new Uint8Array([1]);
  const { result } = read({ ca: [join(directory, 'ca'), PEM, bytes] });
  expect(result?.ca).toEqual([contentsOf('ca'), PEM, bytes]);
});

describe('a file that cannot be read', () => {
  it('is one warning with the option and the reason, and the other files are read', () => {
    const { result, captured } = read({ ca: join(directory, 'missing'), cert: join(directory, 'cert') });
    expect(result).toMatchObject({ ca: undefined, cert: contentsOf('cert') });
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'unreadable_file',
        source: 'acme.tls.ca',
        message: expect.stringContaining('ENOENT'),
      },
    ]);
  });

  it('a directory is such a file', () => {
    expect(read({ key: directory }).captured).toMatchObject([
      { source: 'acme.tls.key', message: expect.stringContaining('EISDIR') },
    ]);
  });

  it('in a list is left out of the list', () => {
    const { result, captured } = read({ ca: [PEM, join(directory, 'missing')] });
    expect(result?.ca).toEqual([PEM]);
    expect(captured).toMatchObject([{ source: 'acme.tls.ca' }]);
  });

  it('is reported without the value, which may be a key in another format', () => {
    const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj';
    expect(JSON.stringify(read({ key }).captured)).not.toContain('MIIEv');
    expect(JSON.stringify(read({ key: `${key}\0` }).captured)).not.toContain('MIIEv');
  });
});
