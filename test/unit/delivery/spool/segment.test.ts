import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRecord, Segment } from '../../../../src/delivery/spool/segment.js';
import { errorWith, MemoryFileSystem } from '../../../support/memory-file-system.js';

const PATH = '/spool/a.me.spans';
const batchOf = (text: string, spanCount = 1) => ({ bytes: Buffer.from(text), spanCount });

function create(): { fileSystem: MemoryFileSystem; segment: Segment } {
  const fileSystem = new MemoryFileSystem();
  return { fileSystem, segment: new Segment(fileSystem, PATH, fileSystem.create(PATH), 0) };
}

/** The segment as another process opens it. */
function reopen(fileSystem: MemoryFileSystem): Segment {
  const fd = fileSystem.open(PATH);
  return new Segment(fileSystem, PATH, fd, fileSystem.size(fd));
}

describe('Segment', () => {
  it('returns each record as it was written, also to another process', () => {
    const batch = fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), spanCount: fc.nat(0xffff_ffff) });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), batches => {
        const { fileSystem, segment } = create();
        const records = batches.map(each => segment.append(each));
        expect(records.map(record => segment.read(record)?.toString())).toEqual(
          batches.map(({ bytes }) => Buffer.from(bytes).toString()),
        );
        expect(segment.size).toBe(batches.reduce((sum, each) => sum + measureRecord(each), 0));
        const other = reopen(fileSystem);
        const { records: found, isDamaged } = other.scan();
        expect(isDamaged).toBe(false);
        expect(found.map(({ spanCount }) => spanCount)).toEqual(batches.map(({ spanCount }) => spanCount));
        expect(
          found.map(record =>
            Buffer.compare(other.read(record)!, Buffer.from(batches[found.indexOf(record)]!.bytes)),
          ),
        ).toEqual(batches.map(() => 0));
      }),
    );
  });

  it('starts each record with the documented header', () => {
    const { fileSystem, segment } = create();
    segment.append(batchOf('content', 3));
    const header = [...Buffer.from('DOTSW'), 1, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0];
    expect([...fileSystem.files.get(PATH)!.subarray(0, header.length)]).toEqual(header);
  });

  it('keeps the state of each record on disk, and does not return those that are done', () => {
    const { fileSystem, segment } = create();
    const [waiting, inFlight, done] = ['a', 'b', 'c'].map(text => segment.append(batchOf(text)));
    segment.mark(inFlight!, 'inFlight');
    segment.mark(done!, 'done');
    segment.mark(done!, 'waiting');
    expect([waiting, inFlight, done].map(record => record?.state)).toEqual(['waiting', 'inFlight', 'done']);
    expect(segment.openRecords).toBe(2);
    const other = reopen(fileSystem);
    expect(other.scan().records.map(({ state }) => state)).toEqual(['waiting', 'inFlight']);
    expect(other.openRecords).toBe(2);
  });

  it('cuts an incomplete record at the end', () => {
    const { fileSystem, segment } = create();
    segment.append(batchOf('first'));
    const sizeOfFirst = segment.size;
    segment.append(batchOf('second'));
    const content = fileSystem.files.get(PATH)!;
    for (let size = content.length - 1; size > sizeOfFirst; size--) {
      fileSystem.files.set(PATH, Buffer.from(content.subarray(0, size)));
      const other = reopen(fileSystem);
      const { records, isDamaged } = other.scan();
      expect(isDamaged).toBe(true);
      expect(records.map(record => other.read(record)?.toString())).toEqual(['first']);
      expect(fileSystem.files.get(PATH)).toHaveLength(sizeOfFirst);
    }
  });

  it('does not return bytes that differ from the written ones', () => {
    const { fileSystem, segment } = create();
    const record = segment.append(batchOf('content'));
    const content = fileSystem.files.get(PATH)!;
    for (let at = 8; at < content.length; at++) {
      const changed = Buffer.from(content);
      changed[at] = (changed[at] ?? 0) ^ 1;
      fileSystem.files.set(PATH, changed);
      expect(segment.read(record)).toBeUndefined();
    }
    fileSystem.files.set(PATH, content);
    expect(segment.read(record)?.toString()).toBe('content');
  });

  it('does not return a record from a disk that cannot be read', () => {
    const { fileSystem, segment } = create();
    const record = segment.append(batchOf('content'));
    fileSystem.read = () => {
      throw errorWith('EIO');
    };
    expect(segment.read(record)).toBeUndefined();
  });

  it('has its previous size after a failed append', () => {
    const { fileSystem, segment } = create();
    segment.append(batchOf('first'));
    const before = Buffer.from(fileSystem.files.get(PATH)!);
    fileSystem.capacity = before.length + 5;
    expect(() => segment.append(batchOf('second'))).toThrow('ENOSPC');
    expect(fileSystem.files.get(PATH)).toEqual(before);
    expect(segment.size).toBe(before.length);
    expect(segment.openRecords).toBe(1);
  });

  it('throws for a file of another format version', () => {
    const { fileSystem, segment } = create();
    segment.append(batchOf('content'));
    fileSystem.files.get(PATH)![5] = 2;
    expect(() => reopen(fileSystem).scan()).toThrow('format version 2 instead of 1');
  });

  it('finds no record in a file of something else', () => {
    const { fileSystem } = create();
    fileSystem.files.set(PATH, Buffer.from('this file has nothing to do with spans'));
    expect(reopen(fileSystem).scan()).toEqual({ records: [], isDamaged: true });
  });

  it('does not throw when it marks or closes on a disk that has failed', () => {
    const { fileSystem, segment } = create();
    const record = segment.append(batchOf('content'));
    fileSystem.errorCode = 'EIO';
    segment.mark(record, 'done');
    expect(segment.openRecords).toBe(0);
    fileSystem.close = () => {
      throw errorWith('EBADF');
    };
    segment.close();
  });

  it('can be emptied and reused', () => {
    const { segment } = create();
    segment.append(batchOf('first'));
    segment.clear();
    expect(segment.size).toBe(0);
    expect(segment.read(segment.append(batchOf('second')))?.toString()).toBe('second');
  });
});
