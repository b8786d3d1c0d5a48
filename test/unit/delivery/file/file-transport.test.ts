import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LineFileSystem, nodeLineFileSystem } from '../../../../src/delivery/file/line-file-system.js';
import { createFileTransport, explainFileError } from '../../../../src/delivery/file/file-transport.js';
import { makeSpan } from '../../../support/spans.js';
import { balance, makeWorld, type World } from '../../../support/delivery-fixture.js';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-file-'));
  path = join(directory, 'traces.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A file whose writes fail with `code` as long as there is one. */
function world(): World & { fault: { code?: string } } {
  const fault: { code?: string } = {};
  const fileSystem: LineFileSystem = {
    ...nodeLineFileSystem,
    write(fd, bytes, offset) {
      if (fault.code !== undefined) throw Object.assign(new Error(fault.code), { code: fault.code });
      return nodeLineFileSystem.write(fd, bytes, offset);
    },
  };
  const transport = createFileTransport({ path, maxBytes: 1e6, maxBackups: 1, fileSystem, wallMs: () => 0 });
  const made = makeWorld({}, { name: 'file', displayEndpoint: path, transport });
  return { ...made, fault };
}

const written = (): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans[0].name);

describe('the transport to a file', () => {
  it('writes a line for each chunk, and counts the bytes', async () => {
    const { delivery, time } = world();
    for (const name of ['one', 'two']) {
      delivery.processor.onEnd(makeSpan({ name }));
      await time.advance(2_000);
    }
    expect(written()).toEqual(['one', 'two']);
    const bytes = readFileSync(path).length;
    expect(delivery.stats()).toMatchObject({ sent: 2, queued: 0, bytes });
  });

  it('waits while the disk is full, says it once with the fix, and writes when there is room', async () => {
    const { delivery, time, messages, fault } = world();
    fault.code = 'ENOSPC';
    delivery.processor.onEnd(makeSpan({ name: 'one' }));
    await time.advance(60_000);
    expect(delivery.stats()).toMatchObject({ sent: 0, queued: 1 });
    expect(messages).toEqual([
      `warn: file (${path}): there is no space left on the disk; make room, or keep less with \`maxBytes\` and ` +
        '`maxBackups`; while the process runs, spans wait and are sent again',
    ]);
    delete fault.code;
    await time.advance(60_000);
    expect(written()).toEqual(['one']);
    expect(delivery.stats()).toMatchObject({ sent: 1, queued: 0 });
    expect(messages.at(-1)).toMatch(/takes spans again/);
  });

  it('writes what is left in the last moment, each span once', async () => {
    const { delivery, time } = world();
    delivery.processor.onEnd(makeSpan({ name: 'first' }));
    await time.advance(2_000);
    delivery.processor.onEnd(makeSpan({ name: 'last' }));
    delivery.rescue();
    delivery.rescue();
    expect(written()).toEqual(['first', 'last']);
    expect(delivery.stats()).toMatchObject({ sent: 2, dropped: {} });
  });

  it('does not write a chunk twice that was written when the process ended, and not yet counted', () => {
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

  it('counts what cannot be written at the end', () => {
    const { delivery, messages, fault } = world();
    fault.code = 'EACCES';
    delivery.processor.onEnd(makeSpan());
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ sent: 0, dropped: { shutdown: 1 } });
    expect(balance(delivery.stats())).toEqual([1, 1]);
    expect(messages.join('\n')).toMatch(
      /may not write there; change the rights[^]*1 span was lost at the end/,
    );
  });

  it('refuses bytes that are no request', () => {
    const transport = createFileTransport({
      path,
      maxBytes: 1e6,
      maxBackups: 1,
      fileSystem: nodeLineFileSystem,
      wallMs: () => 0,
    });
    expect(transport.sendSync?.(Uint8Array.of(0xff))).toMatchObject({ kind: 'encoding_failure' });
  });
});

describe('what is wrong with a file', () => {
  it('is said with a fix, whatever it is', () => {
    expect(explainFileError(Object.assign(new Error('x'), { code: 'EROFS' }))).toEqual({
      fact: 'the file system is read-only',
      fix: 'choose another `path`',
    });
    for (const error of [new Error('odd'), 'odd', undefined, null, { code: 'constructor' }]) {
      const { fact, fix } = explainFileError(error);
      expect(fact).toMatch(/^the file cannot be written \(/);
      expect(fix).not.toBe('');
    }
  });
});
