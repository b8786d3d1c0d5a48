import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/core/diagnostic.js';
import { Spool, type SpoolParts } from '../../../../src/delivery/spool/spool.js';
import { startDelivery } from '../../../support/delivery-fixture.js';
import { errorWith, FakeSegmentOwners, MemoryFileSystem } from '../../../support/memory-file-system.js';
import { VirtualTime } from '../../../support/virtual-time.js';

const MIB = 1024 * 1024;
// Each segment gets another name.
let randomCalls = 0;

const batchOf = (size: number, spanCount = 1) => ({ bytes: new Uint8Array(size), spanCount });

interface SpoolFixture {
  readonly fileSystem: MemoryFileSystem;
  readonly segmentOwners: FakeSegmentOwners;
  readonly reported: Diagnostic[];
  readonly spool: Spool | undefined;
}

function open(
  owner = 'me',
  parts: Partial<SpoolParts> & { fileSystem?: MemoryFileSystem } = {},
): SpoolFixture {
  const { fileSystem = new MemoryFileSystem(), ...others } = parts;
  const segmentOwners = new FakeSegmentOwners(owner);
  const reported: Diagnostic[] = [];
  const spool = Spool.open({
    directory: '/spool',
    maxBytes: 100 * MIB,
    fileSystem,
    segmentOwners,
    clock: new VirtualTime(),
    random: () => ++randomCalls / 10_000,
    report: diagnostic => reported.push(diagnostic),
    ...others,
  });
  return { fileSystem, segmentOwners, reported, spool };
}

const codes = ({ reported }: SpoolFixture): string[] => reported.map(({ code }) => code);

describe('Spool', () => {
  it('starts a segment with the owner in its name', () => {
    const { fileSystem } = open('1-2-abc');
    expect([...fileSystem.files.keys()]).toEqual([
      expect.stringMatching(/^\/spool\/[0-9a-z]+-[0-9a-z]+\.1-2-abc\.spans$/),
    ]);
  });

  it('starts another segment when one is full', () => {
    const { spool, fileSystem } = open();
    for (let i = 0; i < 5; i++) expect(typeof spool?.append(batchOf(3 * MIB))).toBe('object');
    expect(fileSystem.files.size).toBe(3);
    expect(spool?.bytes).toBeGreaterThan(15 * MIB);
  });

  it('removes a segment when its last record is done, and empties the current one', () => {
    const { spool, fileSystem } = open();
    const records = Array.from({ length: 4 }, () => spool?.append(batchOf(3 * MIB)));
    for (const record of records) if (typeof record === 'object') spool?.complete(record);
    expect([...fileSystem.files.values()].map(({ length }) => length)).toEqual([0]);
    expect(spool?.bytes).toBe(0);
  });

  it('returns queued records in their order', () => {
    const { spool } = open();
    const records = [1, 2, 3].map(size => spool?.append(batchOf(size)));
    for (const record of records) if (typeof record === 'object') spool?.enqueue(record);
    expect(spool?.hasQueued).toBe(true);
    expect([1, 2, 3].map(() => spool?.dequeue())).toEqual(records);
    expect(spool?.hasQueued).toBe(false);
    expect(spool?.dequeue()).toBeUndefined();
  });

  it('is full at its maximum, and reports it', () => {
    const fixture = open('me', { maxBytes: 1_000 });
    expect(typeof fixture.spool?.append(batchOf(900))).toBe('object');
    expect(fixture.spool?.append(batchOf(100))).toBe('full');
    expect(codes(fixture)).toEqual(['spool_full']);
  });

  it.each([
    ['ENOSPC', 'full', 'spool_disk_full'],
    ['EDQUOT', 'full', 'spool_disk_full'],
    ['EIO', 'broken', 'spool_write_failed'],
  ])('returns and reports the error %s of the disk', (errorCode, result, code) => {
    const fixture = open();
    fixture.fileSystem.errorCode = errorCode;
    expect(fixture.spool?.append(batchOf(10))).toBe(result);
    expect(codes(fixture)).toEqual([code]);
  });

  it('is not opened in a directory that cannot be used, which is reported', () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.errorCode = 'EROFS';
    const fixture = open('me', { fileSystem });
    expect(fixture.spool).toBeUndefined();
    expect(codes(fixture)).toEqual(['spool_unavailable']);
    expect(fixture.reported[0]?.message).toContain('/spool');
  });

  it('sets the modification time of its segments at each heartbeat', () => {
    const { spool, fileSystem } = open();
    spool?.heartbeat();
    expect([...fileSystem.modified.keys()]).toEqual([...fileSystem.files.keys()]);
    fileSystem.touch = () => {
      throw errorWith('ENOENT');
    };
    expect(() => spool?.heartbeat()).not.toThrow();
  });
});

describe('adoptOrphan', () => {
  /** A disk on which another process has left records, one for each span count. */
  function leftBy(owner: string, ...spanCounts: number[]): MemoryFileSystem {
    const { spool, fileSystem } = open(owner);
    for (const spanCount of spanCounts) spool?.append(batchOf(10, spanCount));
    fileSystem.crash();
    return fileSystem;
  }

  it('enqueues the records of an ended process', () => {
    const clock = new VirtualTime();
    const { spool, fileSystem } = open('me', { fileSystem: leftBy('other', 2, 3), clock });
    expect(spool?.adoptOrphan()).toBe(5);
    // Other hosts see the heartbeat of the new owner at once.
    expect([...fileSystem.modified]).toEqual([[expect.stringMatching(/\.me\.spans$/), clock.wallMs()]]);
    expect([spool?.dequeue(), spool?.dequeue()].map(record => record?.spanCount)).toEqual([2, 3]);
    expect(spool?.adoptOrphan()).toBeUndefined();
  });

  it('does not touch the segment of a running process', () => {
    const { spool, segmentOwners, fileSystem } = open('me', { fileSystem: leftBy('other', 2) });
    segmentOwners.running.add('other');
    expect(spool?.adoptOrphan()).toBeUndefined();
    expect([...fileSystem.files.keys()].filter(path => path.includes('.other.'))).toHaveLength(1);
  });

  it('takes a released segment over, also its own', () => {
    const first = open('me');
    first.spool?.append(batchOf(10, 4));
    first.spool?.close();
    expect([...first.fileSystem.files.keys()]).toEqual([expect.stringMatching(/\.free\.spans$/)]);
    const { spool } = open('me', { fileSystem: first.fileSystem });
    expect(spool?.adoptOrphan()).toBe(4);
  });

  it('removes an orphan without records', () => {
    const { spool, fileSystem } = open('me', { fileSystem: leftBy('other') });
    expect(spool?.adoptOrphan()).toBeUndefined();
    expect([...fileSystem.files.keys()].filter(path => path.includes('.other.'))).toEqual([]);
    expect(fileSystem.files.size).toBe(1);
  });

  it('ignores files of another kind', () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.files.set('/spool/notes.txt', Buffer.from('not ours'));
    const { spool } = open('me', { fileSystem });
    expect(spool?.adoptOrphan()).toBeUndefined();
    expect(fileSystem.files.has('/spool/notes.txt')).toBe(true);
  });

  it('reports a segment that cannot be read, leaves it on disk, and continues with the next', () => {
    const fileSystem = leftBy('other', 2);
    const [path] = fileSystem.files.keys();
    fileSystem.files.get(path!)![5] = 9;
    const next = leftBy('other', 7);
    for (const [name, content] of next.files)
      fileSystem.files.set(name.replace('/spool/', '/spool/z'), content);
    const fixture = open('me', { fileSystem });
    expect(fixture.spool?.adoptOrphan()).toBe(7);
    expect(codes(fixture)).toEqual(['spool_segment_unreadable']);
    // The current segment and the one that was taken over.
    expect(fileSystem.openCount).toBe(2);
    expect(fixture.reported[0]?.message).toContain('format version 9 instead of 1');
    const oldest = path?.split('/').at(-1)?.split('.')[0] ?? '';
    expect([...fileSystem.files.keys()].some(name => name.includes(`/${oldest}.me.`))).toBe(true);
  });

  it('does nothing if another process was faster, or if the directory cannot be listed', () => {
    const { spool, fileSystem } = open('me', { fileSystem: leftBy('other', 2) });
    fileSystem.rename = () => {
      throw errorWith('ENOENT');
    };
    expect(spool?.adoptOrphan()).toBeUndefined();
    fileSystem.list = () => {
      throw errorWith('EACCES');
    };
    expect(spool?.adoptOrphan()).toBeUndefined();
  });

  it('still closes if a segment cannot be renamed or removed', () => {
    const { spool, fileSystem } = open();
    spool?.append(batchOf(10));
    fileSystem.rename = () => {
      throw errorWith('EACCES');
    };
    expect(() => spool?.close()).not.toThrow();
    expect(fileSystem.openCount).toBe(0);
    const other = open();
    other.fileSystem.remove = () => {
      throw errorWith('ENOENT');
    };
    expect(() => other.spool?.close()).not.toThrow();
  });
});

describe("a delivery with the spool mode 'always'", () => {
  const always = { directory: '/spool', mode: 'always' as const };
  const start = (owner: string, fileSystem: MemoryFileSystem, segmentOwners = new FakeSegmentOwners(owner)) =>
    startDelivery({ spool: always }, { fileSystem, segmentOwners });

  it('has every span on disk a second after its end, whatever happens to the process', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = start('first', fileSystem);
    first.backend.behavior = () => 'hang_before';
    first.endSpans(5);
    await first.time.advance(1_000);
    first.endSpans(5, 5);
    await first.time.advance(1_000);
    // kill -9: the process runs no more code.
    fileSystem.crash();
    const second = start('second', fileSystem);
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ replayed: 10, sent: 10, maybeDuplicated: 5 });
  });

  it('does not send the spans of a running process', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = start('first', fileSystem);
    first.backend.behavior = () => 'refuse';
    first.endSpans(5);
    await first.time.advance(1_000);
    const owners = new FakeSegmentOwners('second');
    owners.running.add('first');
    const second = start('second', fileSystem, owners);
    await second.time.advance(120_000);
    expect(second.delivery.stats()).toMatchObject({ replayed: 0 });
    owners.running.delete('first');
    await second.time.advance(31_000);
    expect(second.delivery.stats()).toMatchObject({ replayed: 5, sent: 5 });
  });

  it('sends the complete records of a file that ends within a record', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = start('first', fileSystem);
    first.backend.behavior = () => 'refuse';
    for (let i = 0; i < 3; i++) {
      first.endSpans(1, i);
      await first.time.advance(1_000);
    }
    fileSystem.crash();
    const [[path, content]] = [...fileSystem.files] as [[string, Buffer]];
    for (let size = content.length; size >= 0; size -= 7) {
      const copy = new MemoryFileSystem();
      copy.files.set(path, Buffer.from(content.subarray(0, size)));
      const second = start('second', copy);
      await second.time.advance(10);
      const { sent, replayed } = second.delivery.stats();
      expect(sent).toBe(replayed);
      expect(sent).toBe(Math.floor((3 * size) / content.length));
      const isTorn = size % (content.length / 3) !== 0;
      expect(second.warnings()).toEqual(isTorn ? ['spool_segment_damaged'] : []);
    }
  });

  it('counts a record that was changed on disk as corrupt, and sends the others', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = start('first', fileSystem);
    first.backend.behavior = () => 'refuse';
    for (let i = 0; i < 3; i++) {
      first.endSpans(1, i);
      await first.time.advance(1_000);
    }
    fileSystem.crash();
    const [content] = [...fileSystem.files.values()] as [Buffer];
    content[60] = (content[60] ?? 0) ^ 0xff;
    fileSystem.files.set('/spool/notes.txt', Buffer.from('not ours'));
    const second = start('second', fileSystem);
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ replayed: 3, sent: 2, dropped: { spool_corrupt: 1 } });
    expect(fileSystem.files.has('/spool/notes.txt')).toBe(true);
  });

  it.each(['EROFS', 'ENOTDIR'])(
    'delivers from memory if the directory fails with %s, and reports it once',
    async errorCode => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.errorCode = errorCode;
      const { delivery, time, warnings, endSpans } = start('me', fileSystem);
      for (let i = 0; i < 3; i++) {
        endSpans(1, i);
        await time.advance(1_000);
      }
      expect(delivery.stats()).toMatchObject({ sent: 3 });
      expect(warnings()).toEqual(['spool_unavailable']);
    },
  );

  it('delivers from memory if the disk is full, reports it once, and leaves no incomplete record', async () => {
    const fileSystem = new MemoryFileSystem();
    const { delivery, time, captured, endSpans } = start('me', fileSystem);
    fileSystem.capacity = 50;
    for (let i = 0; i < 3; i++) {
      endSpans(1, i);
      await time.advance(1_000);
    }
    expect(delivery.stats()).toMatchObject({ sent: 3, dropped: {} });
    expect(captured).toEqual([
      expect.objectContaining({ level: 'warn', code: 'spool_disk_full', source: 'otlp' }),
    ]);
    for (const content of fileSystem.files.values()) expect(content).toHaveLength(0);
  });
});
