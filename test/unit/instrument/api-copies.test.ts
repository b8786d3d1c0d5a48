import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConflictingApiCopy } from '../../../src/instrument/api-copies.js';
import { fakeApp, link } from '../../support/fake-app.js';

const API = 'node_modules/@opentelemetry/api';
const FILE = `${API}/index.js`;
const TRACE = 'node_modules/@do/trace';

/** Returns the files of a copy of the API in a folder of an application. */
function createCopy(version: string, below = ''): Record<string, string> {
  return { [join(below, FILE)]: '', [join(below, API, 'package.json')]: JSON.stringify({ version }) };
}

describe('findConflictingApiCopy', () => {
  it('returns both copies if that of the application does not see the registrations', () => {
    const app = fakeApp({ ...createCopy('1.10.0'), ...createCopy('1.9.1', TRACE) });
    const ours = { file: join(app, TRACE, FILE), version: '1.9.1' };
    const application = { file: join(app, FILE), version: '1.10.0' };
    expect(findConflictingApiCopy([app], () => ours.file, '1.9.1')).toEqual({ ours, application });
  });

  it('returns both copies if ours does not see the registrations of the other', () => {
    const app = fakeApp({ ...createCopy('1.8.0'), ...createCopy('1.9.1', TRACE) });
    expect(findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.8.0')?.ours.version).toBe('1.9.1');
  });

  it('returns undefined if both see the registrations', () => {
    for (const version of ['1.9.1', '1.9.0', '1.8.0']) {
      const app = fakeApp({ ...createCopy(version), ...createCopy('1.9.1', TRACE) });
      expect(findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.9.1')).toBeUndefined();
    }
  });

  it('reads the version of the package, not of a folder with only a module type', () => {
    const app = fakeApp({
      ...createCopy('1.9.1', TRACE),
      [`${API}/package.json`]: JSON.stringify({ version: '1.10.0', main: 'build/index.js' }),
      [`${API}/build/package.json`]: JSON.stringify({ type: 'commonjs' }),
      [`${API}/build/index.js`]: '',
    });
    const copies = findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.9.1');
    expect(copies?.application).toEqual({ file: join(app, API, 'build/index.js'), version: '1.10.0' });
  });

  it('looks in each directory and above it, in the given order', () => {
    const app = fakeApp({ ...createCopy('1.9.1'), ...createCopy('1.10.0', 'services/orders') });
    const [ours, service] = [join(app, FILE), join(app, 'services/orders')];
    const find = (directories: string[]) => findConflictingApiCopy(directories, () => ours, '1.9.1');
    expect(find([service, app])?.application.file).toBe(join(service, FILE));
    expect(find([app, service])).toBeUndefined();
    expect(find([join(app, 'services/billing')])).toBeUndefined();
  });

  it('recognizes the same copy behind a symbolic link of pnpm', () => {
    const app = fakeApp({ '.pnpm/api/index.js': '', '.pnpm/api/package.json': '{"version":"1.10.0"}' });
    link(app, API, '.pnpm/api');
    expect(findConflictingApiCopy([app], () => join(app, '.pnpm/api/index.js'), '1.9.1')).toBeUndefined();
  });

  it('returns undefined if nothing is installed or registered, or if the application is bundled', () => {
    const app = fakeApp({ ...createCopy('1.10.0'), ...createCopy('1.9.1', TRACE) });
    const ours = (): string => join(app, TRACE, FILE);
    expect(findConflictingApiCopy([fakeApp({ 'index.js': '' })], ours, '1.9.1')).toBeUndefined();
    expect(findConflictingApiCopy([app], ours, undefined)).toBeUndefined();
    const bundled = (): string => {
      throw new Error('Cannot find module');
    };
    expect(findConflictingApiCopy([app], bundled, '1.9.1')).toBeUndefined();
  });

  it('finds no second copy in this repository', () => {
    expect(findConflictingApiCopy()).toBeUndefined();
  });
});
