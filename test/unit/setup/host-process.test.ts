import { describe, expect, it, vi } from 'vitest';
import { describeCurrentProcess } from '../../../src/setup/host-process.js';

describe('describeCurrentProcess', () => {
  it('describes this process', () => {
    const host = describeCurrentProcess();
    expect(host).toMatchObject({ env: process.env, argv1: process.argv[1], cwd: process.cwd() });
    expect(host.directories.length).toBeGreaterThan(0);
  });

  it('has / as working directory if the directory was removed', () => {
    const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw new Error('ENOENT: uv_cwd');
    });
    try {
      expect(describeCurrentProcess().cwd).toBe('/');
    } finally {
      cwd.mockRestore();
    }
  });
});
