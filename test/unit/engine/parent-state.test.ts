import { describe, expect, it } from 'vitest';
import {
  LOCAL_SAMPLED,
  LOCAL_UNSAMPLED,
  PARENT_ORIGINS,
  getParentState,
  REMOTE_SAMPLED,
  REMOTE_UNSAMPLED,
} from '../../../src/engine/parent-state.js';

describe('getParentState', () => {
  it.each([
    [0x01, undefined, LOCAL_SAMPLED, 'local'],
    [0x03, false, LOCAL_SAMPLED, 'local'],
    [0x02, undefined, LOCAL_UNSAMPLED, 'local'],
    [0x01, true, REMOTE_SAMPLED, 'remote'],
    [0xfe, true, REMOTE_UNSAMPLED, 'remote'],
  ])('flags %i, remote %s', (traceFlags, isRemote, state, origin) => {
    const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const parent = { ...ids, traceFlags, ...(isRemote === undefined ? {} : { isRemote }) };
    expect(getParentState(parent)).toBe(state);
    expect(PARENT_ORIGINS[getParentState(parent)]).toBe(origin);
  });
});
