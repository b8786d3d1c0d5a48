import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConflictingApiCopy } from '../../../src/instrument/api-copies.js';
import { fakeApp, link } from '../../support/fake-app.js';

const API = 'node_modules/@opentelemetry/api';
const FILE = `${API}/index.js`;
const TRACE = 'node_modules/@do/trace';

/** A copy of the API below a folder of an application. */
function copy(version: string, below = ''): Record<string, string> {
  return { [join(below, FILE)]: '', [join(below, API, 'package.json')]: JSON.stringify({ version }) };
}

describe('a second copy of @opentelemetry/api', () => {
  it('is named, with ours beside it, where the application gets one that does not see what is registered', () => {
    const app = fakeApp({ ...copy('1.10.0'), ...copy('1.9.1', TRACE) });
    const ours = { file: join(app, TRACE, FILE), version: '1.9.1' };
    const application = { file: join(app, FILE), version: '1.10.0' };
    expect(findConflictingApiCopy([app], () => ours.file, '1.9.1')).toEqual({ ours, application });
  });

  it('is named where it registered first, and ours does not see that', () => {
    const app = fakeApp({ ...copy('1.8.0'), ...copy('1.9.1', TRACE) });
    expect(findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.8.0')?.ours.version).toBe('1.9.1');
  });

  it("is nobody's concern where both see what is registered", () => {
    for (const version of ['1.9.1', '1.9.0', '1.8.0']) {
      const app = fakeApp({ ...copy(version), ...copy('1.9.1', TRACE) });
      expect(findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.9.1')).toBeUndefined();
    }
  });

  it('has the version of its package, not that of a folder which only says what its modules are', () => {
    const app = fakeApp({
      ...copy('1.9.1', TRACE),
      [`${API}/package.json`]: JSON.stringify({ version: '1.10.0', main: 'build/index.js' }),
      [`${API}/build/package.json`]: JSON.stringify({ type: 'commonjs' }),
      [`${API}/build/index.js`]: '',
    });
    const found = findConflictingApiCopy([app], () => join(app, TRACE, FILE), '1.9.1');
    expect(found?.application).toEqual({ file: join(app, API, 'build/index.js'), version: '1.10.0' });
  });

  it('is looked for from each directory upwards, the first one first', () => {
    const app = fakeApp({ ...copy('1.9.1'), ...copy('1.10.0', 'services/orders') });
    const [ours, service] = [join(app, FILE), join(app, 'services/orders')];
    const look = (directories: string[]) => findConflictingApiCopy(directories, () => ours, '1.9.1');
    expect(look([service, app])?.application.file).toBe(join(service, FILE));
    expect(look([app, service])).toBeUndefined();
    expect(look([join(app, 'services/billing')])).toBeUndefined();
  });

  it('is not the same copy over a link, as pnpm lays packages out', () => {
    const app = fakeApp({ '.pnpm/api/index.js': '', '.pnpm/api/package.json': '{"version":"1.10.0"}' });
    link(app, API, '.pnpm/api');
    expect(findConflictingApiCopy([app], () => join(app, '.pnpm/api/index.js'), '1.9.1')).toBeUndefined();
  });

  it('is not claimed where it cannot be told: nothing installed or registered, or all bundled into one file', () => {
    const app = fakeApp({ ...copy('1.10.0'), ...copy('1.9.1', TRACE) });
    const ours = (): string => join(app, TRACE, FILE);
    expect(findConflictingApiCopy([fakeApp({ 'index.js': '' })], ours, '1.9.1')).toBeUndefined();
    expect(findConflictingApiCopy([app], ours, undefined)).toBeUndefined();
    const bundled = (): string => {
      throw new Error('Cannot find module');
    };
    expect(findConflictingApiCopy([app], bundled, '1.9.1')).toBeUndefined();
  });

  it('is not there in this repository', () => {
    expect(findConflictingApiCopy()).toBeUndefined();
  });
});
