import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LineFileSystem, nodeLineFileSystem } from '../../../../src/delivery/file/line-file-system.js';
import { createFileTransport, explainFileError } from '../../../../src/delivery/file/file-transport.js';
import { makeSpan } from '../../../support/spans.js';
import { balance, type DeliveryFixture, startDelivery } from '../../../support/delivery-fixture.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A delivery to a file whose writes fail while `fault` has a code. */
function startFileDelivery(): DeliveryFixture & { fault: { code?: string } } {
  const fault: { code?: string } = {};
  const fileSystem: LineFileSystem = {
    ...nodeLineFileSystem,
    write(fd, bytes, offset) {
      if (fault.code !== undefined) throw Object.assign(new Error(fault.code), { code: fault.code });
      return nodeLineFileSystem.write(fd, bytes, offset);
    },
  };
  const transport = createFileTransport({ path, maxBytes: 1e6, maxBackups: 1, fileSystem, wallMs: () => 0 });
  return { ...startDelivery({}, { name: 'file', displayEndpoint: path, transport }), fault };
}

/** The span names in the file, in order. */
const writtenNames = (): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans[0].name);

describe('createFileTransport', () => {
  it('writes a line for each batch, and counts the bytes', async () => {
    const { delivery, time } = startFileDelivery();
    for (const name of ['one', 'two']) {
      delivery.processor.onEnd(makeSpan({ name }));
      await time.advance(2_000);
    }
    expect(writtenNames()).toEqual(['one', 'two']);
    const bytes = readFileSync(path).length;
    expect(delivery.stats()).toMatchObject({ sent: 2, queued: 0, bytes });
  });

  it('waits while the disk is full, reports it once, and writes when there is room', async () => {
    const { delivery, time, captured, fault } = startFileDelivery();
    fault.code = 'ENOSPC';
    delivery.processor.onEnd(makeSpan({ name: 'one' }));
    await time.advance(60_000);
    expect(delivery.stats()).toMatchObject({ sent: 0, queued: 1 });
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'warn',
        code: 'file_not_writable',
        message: `file (${path}): there is no space left on the disk; spans are kept and sent again`,
        fix: expect.stringContaining('maxBackups'),
        source: 'file',
      }),
    ]);
    delete fault.code;
    await time.advance(60_000);
    expect(writtenNames()).toEqual(['one']);
    expect(delivery.stats()).toMatchObject({ sent: 1, queued: 0 });
    expect(captured.at(-1)).toMatchObject({ level: 'info', code: 'backend_recovered' });
  });

  it('writes the remaining spans synchronously at exit, each span once', async () => {
    const { delivery, time } = startFileDelivery();
    delivery.processor.onEnd(makeSpan({ name: 'first' }));
    await time.advance(2_000);
    delivery.processor.onEnd(makeSpan({ name: 'last' }));
    delivery.rescue();
    delivery.rescue();
    expect(writtenNames()).toEqual(['first', 'last']);
    expect(delivery.stats()).toMatchObject({ sent: 2, dropped: {} });
  });

  it('does not write a batch again that was written and not yet counted at exit', () => {
    const transport = createFileTransport({
      path,
      maxBytes: 1e6,
      maxBackups: 1,
      fileSystem: nodeLineFileSystem,
      wallMs: () => 0,
    });
    const body = Uint8Array.of();
    void transport.send({ body, signal: new AbortController().signal });
    expect(transport.sendSync?.(body)).toEqual({ kind: 'success', wireBytes: 0 });
    expect(readFileSync(path, 'utf8')).toBe('{}\n');
  });

  it('counts the spans that cannot be written at exit', () => {
    const { delivery, captured, fault } = startFileDelivery();
    fault.code = 'EACCES';
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { shutdown: 1 } });
    expect(balance(delivery.stats())).toEqual([1, 1]);
    expect(captured.map(({ code }) => code)).toEqual(['file_not_writable', 'spans_lost']);
    expect(captured[0]?.fix).toContain('permissions');
    expect(captured[1]?.message).toContain('1 span was lost');
  });

  it('does not write bytes that are not a request', () => {
    const transport = createFileTransport({
      path,
      maxBytes: 1e6,
      maxBackups: 1,
      fileSystem: nodeLineFileSystem,
      wallMs: () => 0,
    });
    expect(transport.sendSync?.(Uint8Array.of(0xff))).toMatchObject({
      kind: 'encoding_failure',
      wireBytes: 0,
    });
  });
});

describe('explainFileError', () => {
  it('has a fact and a fix for any error', () => {
    expect(explainFileError(Object.assign(new Error('x'), { code: 'EROFS' }))).toEqual({
      fact: 'the file system is read-only',
      fix: 'Choose another path.',
    });
    for (const error of [new Error('odd'), 'odd', undefined, null, { code: 'constructor' }]) {
      const { fact, fix } = explainFileError(error);
      expect(fact).toMatch(/^the file cannot be written \(/);
      expect(fix).not.toBe('');
    }
  });
});
