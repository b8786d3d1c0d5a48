import { describe, expect, it, vi } from 'vitest';
import { currentProcess } from '../../../src/setup/host-process.js';

describe('currentProcess', () => {
  it('describes this process', () => {
    const host = currentProcess();
    expect(host).toMatchObject({ env: process.env, argv1: process.argv[1], cwd: process.cwd() });
    expect(host.directories.length).toBeGreaterThan(0);
  });

  it('has / as working directory if the directory was removed', () => {
    const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw new Error('ENOENT: uv_cwd');
    });
    try {
      expect(currentProcess().cwd).toBe('/');
    } finally {
      cwd.mockRestore();
    }
  });
});
