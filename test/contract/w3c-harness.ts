// The cases of W3C's trace-context harness (w3c/trace-context, test/test.py, commit acab820, STRICT_LEVEL=2,
// SPEC_LEVEL=2) with their names. A service under test receives headers and returns the headers of its outgoing calls.

import { describe, expect, it } from 'vitest';
import { traceparent, tracestate } from '../../src/w3c/index.js';

/** Headers in their order, with names as sent. */
export type Headers = [name: string, value: string][];

/** A service: receives the headers of a request, makes outgoing calls, and returns the headers of each. */
export type Service = (request: Headers, calls: number) => Headers[] | Promise<Headers[]>;

interface Outgoing {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
  readonly state: Map<string, string>;
  readonly stateText: string;
}

const ID = '12345678901234567890123456789012';
const PARENT = '1234567890123456';
const UNSAMPLED = `00-${ID}-${PARENT}-00`;

/** Runs all 41 cases against a service. */
export function describeW3cHarness(name: string, service: Service): void {
  const calls = async (request: Headers, count: number): Promise<Outgoing[]> =>
    (await service(request, count)).map(parseOutgoing);
  const call = async (...request: Headers): Promise<Outgoing> => {
    const [first] = await calls(request, 1);
    if (first === undefined) throw new Error('the service made no call');
    return first;
  };
  const continued = async (...values: string[]): Promise<void> => {
    for (const value of values) expect((await call(['traceparent', value])).traceId, value).toBe(ID);
  };
  const restarted = async (...values: string[]): Promise<void> => {
    for (const value of values) {
      const { traceId } = await call(['traceparent', value]);
      expect(value.includes(traceId), value).toBe(false);
    }
  };
  const withState = async (...values: string[]): Promise<Outgoing> => {
    const out = await call(
      ['traceparent', UNSAMPLED],
      ...values.map((value): [string, string] => ['tracestate', value]),
    );
    expect(out.traceId).toBe(ID);
    return out;
  };
  const inherited = async (values: string[], expected: Record<string, string>): Promise<void> => {
    const { state } = await withState(...values);
    expect(Object.fromEntries(state), values.join(' | ')).toEqual(expected);
  };
  const discarded = (...values: string[]): Promise<void> => inherited(values, {});

  describe(`${name}: W3C trace-context harness`, () => {
    it('test_both_traceparent_and_tracestate_missing', async () => {
      expect((await call()).traceId).toMatch(/^[0-9a-f]{32}$/);
    });
    it('test_traceparent_included_tracestate_missing', async () => {
      const out = await call(['traceparent', `00-${ID}-${PARENT}-01`]);
      expect(out.traceId).toBe(ID);
      expect(out.parentId).not.toBe(PARENT);
    });
    it('test_traceparent_duplicated', async () => {
      const other = '12345678901234567890123456789011';
      const out = await call(
        ['traceparent', `00-${other}-${PARENT}-01`],
        ['traceparent', `00-${ID}-${PARENT}-01`],
      );
      expect([ID, other]).not.toContain(out.traceId);
    });
    it('test_traceparent_header_name', async () => {
      for (const header of ['trace-parent', 'trace.parent']) {
        expect((await call([header, `00-${ID}-${PARENT}-01`])).traceId).not.toBe(ID);
      }
    });
    it('test_traceparent_header_name_valid_casing', async () => {
      for (const header of ['TraceParent', 'TrAcEpArEnT', 'TRACEPARENT']) {
        expect((await call([header, `00-${ID}-${PARENT}-01`])).traceId).toBe(ID);
      }
    });
    it('test_traceparent_version_0x00', async () => {
      await restarted(`00-${ID}-${PARENT}-01.`, `00-${ID}-${PARENT}-01-what-the-future-will-be-like`);
    });
    it('test_traceparent_version_0xcc', async () => {
      await continued(`cc-${ID}-${PARENT}-01`, `cc-${ID}-${PARENT}-01-what-the-future-will-be-like`);
      await restarted(`cc-${ID}-${PARENT}-01.what-the-future-will-be-like`);
    });
    it('test_traceparent_version_0xff', async () => restarted(`ff-${ID}-${PARENT}-01`));
    it('test_traceparent_version_illegal_characters', async () => {
      await restarted(`.0-${ID}-${PARENT}-01`, `0.-${ID}-${PARENT}-01`);
    });
    it('test_traceparent_version_too_long', async () =>
      restarted(`000-${ID}-${PARENT}-01`, `0000-${ID}-${PARENT}-01`));
    it('test_traceparent_version_too_short', async () => restarted(`0-${ID}-${PARENT}-01`));
    it('test_traceparent_trace_id_all_zero', async () => restarted(`00-${'0'.repeat(32)}-${PARENT}-01`));
    it('test_traceparent_trace_id_illegal_characters', async () => {
      await restarted(`00-.${ID.slice(1)}-${PARENT}-01`, `00-${ID.slice(0, 31)}.-${PARENT}-01`);
    });
    it('test_traceparent_trace_id_too_long', async () => restarted(`00-${ID}3-${PARENT}-01`));
    it('test_traceparent_trace_id_too_short', async () => restarted(`00-${ID.slice(0, 31)}-${PARENT}-01`));
    it('test_traceparent_parent_id_all_zero', async () => restarted(`00-${ID}-${'0'.repeat(16)}-01`));
    it('test_traceparent_parent_id_illegal_characters', async () => {
      await restarted(`00-${ID}-.${PARENT.slice(1)}-01`, `00-${ID}-${PARENT.slice(0, 15)}.-01`);
    });
    it('test_traceparent_parent_id_too_long', async () => restarted(`00-${ID}-${PARENT}7-01`));
    it('test_traceparent_parent_id_too_short', async () => restarted(`00-${ID}-${PARENT.slice(0, 15)}-01`));
    it('test_traceparent_trace_flags_illegal_characters', async () => {
      await restarted(`00-${ID}-${PARENT}-.0`, `00-${ID}-${PARENT}-0.`);
    });
    it('test_traceparent_trace_flags_too_long', async () => restarted(`00-${ID}-${PARENT}-001`));
    it('test_traceparent_trace_flags_too_short', async () => restarted(`00-${ID}-${PARENT}-1`));
    it('test_traceparent_ows_handling', async () => {
      const header = `00-${ID}-${PARENT}-01`;
      await continued(` ${header}`, `\t${header}`, `${header} `, `${header}\t`, `\t ${header} \t`);
    });
    it('test_tracestate_included_traceparent_missing', async () => {
      expect((await call(['tracestate', 'foo=1'])).state.size).toBe(
        (await call(['tracestate', 'foo=1,bar=2'])).state.size,
      );
      expect((await call(['tracestate', 'foo=1'])).state.size).toBe(0);
    });
    it('test_tracestate_included_traceparent_included', async () => {
      await inherited(['foo=1,bar=2'], { foo: '1', bar: '2' });
    });
    it('test_tracestate_header_name', async () => {
      for (const header of ['trace-state', 'trace.state']) {
        expect((await call(['traceparent', UNSAMPLED], [header, 'foo=1'])).state.size).toBe(0);
      }
    });
    it('test_tracestate_header_name_valid_casing', async () => {
      for (const header of ['TraceState', 'TrAcEsTaTe', 'TRACESTATE']) {
        expect((await call(['traceparent', UNSAMPLED], [header, 'foo=1'])).state.get('foo')).toBe('1');
      }
    });
    it('test_tracestate_empty_header', async () => {
      await inherited([''], {});
      await inherited(['foo=1', ''], { foo: '1' });
      await inherited(['', 'foo=1'], { foo: '1' });
    });
    it('test_tracestate_multiple_headers_different_keys', async () => {
      const { state } = await withState('foo=1,bar=2', 'rojo=1,congo=2', 'baz=3');
      expect([...state]).toEqual([
        ['foo', '1'],
        ['bar', '2'],
        ['rojo', '1'],
        ['congo', '2'],
        ['baz', '3'],
      ]);
    });
    it('test_tracestate_duplicated_keys', async () => {
      await inherited(['foo=1,foo=1'], { foo: '1' });
      await inherited(['foo=1,foo=2'], { foo: '1' });
      await inherited(['foo=1', 'foo=1'], { foo: '1' });
      await inherited(['foo=1', 'foo=2'], { foo: '1' });
    });
    it('test_tracestate_all_allowed_characters', async () => {
      const key = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
      const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 0x20 + i));
      const value = printable.replace(/[,=]/g, '');
      await inherited([`${key}=${value}`], { [key]: value });
      await inherited([`${key}@a-z0-9_-*/=${value}`], { [`${key}@a-z0-9_-*/`]: value });
    });
    it('test_tracestate_ows_handling', async () => {
      await inherited(['foo=1 \t , \t bar=2, \t baz=3'], { foo: '1', bar: '2', baz: '3' });
      await inherited(['foo=1\t \t,\t \tbar=2,\t \tbaz=3'], { foo: '1', bar: '2', baz: '3' });
      for (const value of [' foo=1', '\tfoo=1', 'foo=1 ', 'foo=1\t', '\t foo=1 \t']) {
        await inherited([value], { foo: '1' });
      }
    });
    it('test_tracestate_key_illegal_characters', async () => {
      for (const value of ['foo =1', 'FOO=1', 'foo.bar=1']) await discarded(value);
    });
    it('test_tracestate_key_illegal_vendor_format', async () => {
      await inherited(['foo@=1,bar=2'], { 'foo@': '1', bar: '2' });
      await discarded('@foo=1,bar=2');
      await inherited(['foo@@bar=1,bar=2'], { 'foo@@bar': '1', bar: '2' });
      await inherited(['foo@bar@baz=1,bar=2'], { 'foo@bar@baz': '1', bar: '2' });
    });
    it('test_tracestate_member_count_limit', async () => {
      const values = (count: number): string[] => {
        const all = Array.from({ length: count }, (_, i) => `bar${i + 1}=${i + 1}`);
        return [0, 10, 20, 30].map(from => all.slice(from, from === 30 ? count : from + 10).join(','));
      };
      const { state } = await withState(...values(32));
      expect([state.size, state.get('bar1')]).toEqual([32, '1']);
      await discarded(...values(33));
    });
    it('test_tracestate_key_length_limit', async () => {
      const kept = ['z'.repeat(256), `${'t'.repeat(241)}@${'v'.repeat(14)}`];
      for (const key of [...kept, `${'t'.repeat(242)}@v`, `t@${'v'.repeat(15)}`]) {
        await inherited(['foo=1', `${key}=1`], { foo: '1', [key]: '1' });
      }
      await discarded('foo=1', `${'z'.repeat(257)}=1`);
    });
    it('test_tracestate_value_illegal_characters', async () => {
      await discarded('foo=bar=baz');
      await discarded('foo=,bar=3');
    });
    it('test_multiple_requests_with_valid_traceparent', async () => {
      const all = await calls([['traceparent', `00-${ID}-${PARENT}-01`]], 3);
      expect(new Set(all.map(call => call.traceId))).toEqual(new Set([ID]));
      expect(new Set(all.map(call => call.parentId)).size).toBe(3);
    });
    it('test_multiple_requests_without_traceparent', async () => {
      expect(new Set((await calls([], 3)).map(call => call.parentId)).size).toBe(3);
    });
    it('test_multiple_requests_with_illegal_traceparent', async () => {
      const all = await calls([['traceparent', `00-${'0'.repeat(32)}-${PARENT}-01`]], 3);
      expect(all.map(call => call.traceId)).not.toContain('0'.repeat(32));
      expect(new Set(all.map(call => call.parentId)).size).toBe(3);
    });
    it('test_propagates_random_flag', async () => {
      const out = await call(['traceparent', `00-${ID}-${PARENT}-02`]);
      expect(out.traceId).toBe(ID);
      expect(out.parentId).not.toBe(PARENT);
      expect(out.flags & 0x02).toBe(0x02);
    });
  });
}

/** Parses the headers of an outgoing call as the harness does, without the codec under test. */
function parseOutgoing(headers: Headers): Outgoing {
  const parents = headers.filter(([name]) => name.toLowerCase() === 'traceparent');
  expect(parents).toHaveLength(1);
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parents[0]?.[1] ?? '');
  if (match === null) throw new Error(`not a traceparent: ${parents[0]?.[1]}`);
  const [, , traceId = '', parentId = '', flags = ''] = match;
  const stateText = headers
    .filter(([name]) => name.toLowerCase() === 'tracestate')
    .map(([, value]) => value)
    .join(',');
  const state = new Map<string, string>();
  for (const member of stateText.split(/[ \t]*,[ \t]*/)) {
    const equals = member.indexOf('=');
    const key = member.slice(0, equals).replace(/^[ \t]+/, '');
    if (member !== '' && !state.has(key)) state.set(key, member.slice(equals + 1).replace(/[ \t]+$/, ''));
  }
  return { traceId, parentId, flags: Number.parseInt(flags, 16), state, stateText };
}

/** A service with the codec only. */
export function callWithCodec(request: Headers, calls: number): Headers[] {
  const readValues = (wanted: string): string[] =>
    request.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const parents = readValues('traceparent');
  const incoming = parents.length === 1 ? traceparent.parse(parents[0]) : undefined;
  const parent = incoming ?? traceparent.make();
  const state = incoming === undefined ? tracestate.make() : tracestate.parse(readValues('tracestate'));
  return Array.from({ length: calls }, (): Headers => {
    const outgoing: Headers = [['traceparent', String(parent.child())]];
    if (state.size > 0) outgoing.push(['tracestate', String(state)]);
    return outgoing;
  });
}
