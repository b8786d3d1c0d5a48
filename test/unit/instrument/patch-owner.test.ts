import { Server } from 'node:http';
import { expect, it, vi } from 'vitest';
import { arePatchesOwned, claimPatches } from '../../../src/instrument/patch-owner.js';

it('refuses a second owner in this realm until the first gives up', () => {
  const release = claimPatches('test', () => {});
  expect(arePatchesOwned('test')).toBe(true);
  expect(claimPatches('test', () => {})).toBeUndefined();
  release?.();
  expect(arePatchesOwned('test')).toBe(false);
});

it('replaces the owner of another realm', () => {
  claimPatches('first', () => {})?.();
  const owners = (Server as unknown as Record<symbol, Record<string, object>>)[
    Symbol.for('@do/trace/patched')
  ]!;
  const disable = vi.fn();
  owners['other'] = { version: '0.0.1', realm: {}, disable };
  expect(arePatchesOwned('other')).toBe(false);
  const release = claimPatches('other', () => {});
  expect(disable).toHaveBeenCalledOnce();
  release?.();
});
