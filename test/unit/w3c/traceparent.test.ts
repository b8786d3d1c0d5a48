import { describe, expect, it } from 'vitest';
import { FLAG_RANDOM, FLAG_SAMPLED, traceparent } from '../../../src/w3c/index.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const HEADER = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe('traceparent.parse', () => {
  it('reads the four fields', () => {
    const p = traceparent.parse(HEADER);
    expect(p).toMatchObject({ version: '00', traceId: TRACE_ID, parentId: PARENT_ID, flags: FLAG_SAMPLED });
  });

  it.each([
    ['upper-case hex in the trace id', HEADER.replace('0af', '0AF')],
    ['upper-case hex in the parent id', HEADER.replace('b7ad', 'B7AD')],
    ['upper-case hex in the flags', HEADER.replace(/01$/, '0A')],
    ['upper-case hex in the version', HEADER.replace(/^00/, '0A')],
    ['a zero trace id', `00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    ['a zero parent id', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['version ff', HEADER.replace(/^00/, 'ff')],
    ['a further field in version 00', `${HEADER}-extra`],
    ['a higher version with a further field without a dash', `${HEADER.replace(/^00/, 'cc')}.extra`],
    ['white space that is not OWS', `\u00a0${HEADER}`],
    ['a line end', `${HEADER}\n`],
    ['two headers joined', `${HEADER}, ${HEADER}`],
    ['characters beyond ASCII that share their low byte with hex', HEADER.replace('0af', '\u0130af')],
    ['an empty header', ''],
  ])('rejects %s', (_what, header) => {
    expect(traceparent.parse(header)).toBeUndefined();
  });

  it.each([2, 35, 52])('rejects another character than the dash at position %d', at => {
    for (const other of ['_', '.', ' ', '0', '\u2013']) {
      expect(traceparent.parse(HEADER.slice(0, at) + other + HEADER.slice(at + 1))).toBeUndefined();
    }
  });

  it.each([0, 1, 3, 34, 36, 51, 53, 54])('accepts hex digits only at position %d', at => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    const accepted = codes.filter(code => {
      const header = HEADER.slice(0, at) + String.fromCharCode(code) + HEADER.slice(at + 1);
      return traceparent.parse(header) !== undefined;
    });
    expect(String.fromCharCode(...accepted)).toBe('0123456789abcdef');
  });

  it.each([undefined, null, 42, {}, [], Buffer.from(HEADER), Symbol('x')])(
    'rejects a value that is not text: %s',
    value => {
      expect(traceparent.parse(value as string)).toBeUndefined();
    },
  );

  it('reads a higher version by its first 55 characters and writes version 00', () => {
    expect(String(traceparent.parse(`cc-${TRACE_ID}-${PARENT_ID}-03-future-field`))).toBe(
      `00-${TRACE_ID}-${PARENT_ID}-03`,
    );
  });

  it('ignores unknown flag bits', () => {
    expect(String(traceparent.parse(HEADER.replace(/01$/, 'ff')))).toBe(`00-${TRACE_ID}-${PARENT_ID}-03`);
    expect(traceparent.parse(HEADER.replace(/01$/, '08'))?.flags).toBe(0);
  });

  it('ignores spaces and tabs at both ends', () => {
    expect(String(traceparent.parse(` \t${HEADER}\t `))).toBe(HEADER);
  });
});

describe('traceparent.make', () => {
  it('creates random ids with the flags sampled and random', () => {
    const made = traceparent.make();
    expect(String(made)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(traceparent.make().traceId).not.toBe(made.traceId);
    expect(String(traceparent.parse(String(made)))).toBe(String(made));
  });

  it('leaves out the sampled flag with sampled: false', () => {
    expect(traceparent.make({ sampled: false }).flags).toBe(FLAG_RANDOM);
  });

  it('uses the bytes of the given source, and never creates a zero id', () => {
    expect(String(traceparent.make({ random: bytes => bytes.fill(0xab) }))).toBe(
      `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-03`,
    );
    const zeros = traceparent.make({ random: bytes => bytes.fill(0) });
    expect(traceparent.parse(String(zeros))).toBeDefined();
  });
});

describe('a traceparent', () => {
  const p = traceparent.parse(`00-${TRACE_ID}-${PARENT_ID}-02`);
  if (p === undefined) throw new Error('the header above is valid');

  it('has children with the same trace id and flags, and a new parent id', () => {
    const child = p.child(bytes => bytes.fill(0x11));
    expect(String(child)).toBe(`00-${TRACE_ID}-${'11'.repeat(8)}-02`);
    expect(p.child().parentId).not.toBe(p.child().parentId);
  });

  it('is immutable: sample and unsample return copies', () => {
    const sampled = traceparent.sample(p);
    expect([traceparent.isSampled(p), traceparent.isSampled(sampled)]).toEqual([false, true]);
    expect(String(sampled)).toBe(`00-${TRACE_ID}-${PARENT_ID}-03`);
    expect(traceparent.isSampled(traceparent.unsample(sampled))).toBe(false);
    expect(traceparent.isRandom(traceparent.unsample(sampled))).toBe(true);
    expect(traceparent.isRandom({ flags: 1 })).toBe(false);
  });

  it('has the same format with format and String, from plain fields too', () => {
    expect(traceparent.format(p)).toBe(String(p));
    expect(traceparent.format({ traceId: TRACE_ID, parentId: PARENT_ID, flags: 0xff })).toBe(
      `00-${TRACE_ID}-${PARENT_ID}-03`,
    );
  });
});
