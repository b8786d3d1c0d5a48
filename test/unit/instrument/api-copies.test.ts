import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { secondApiCopy } from '../../../src/instrument/api-copies.js';
import { fakeApp, link } from './fake-app.js';

const API = 'node_modules/@opentelemetry/api';
const FILE = `${API}/index.js`;
const TRACE_API = `node_modules/@do/trace/${FILE}`;

describe('a second copy of @opentelemetry/api', () => {
  it('is named, with ours beside it, where the application gets another file than this package', () => {
    const app = fakeApp({ [FILE]: '', [TRACE_API]: '' });
    const [ours, application] = [join(app, TRACE_API), join(app, FILE)];
    expect(secondApiCopy([app], () => ours)).toEqual({ ours, application });
  });

  it('is looked for from each directory upwards, the first one first', () => {
    const app = fakeApp({ [FILE]: '', [`services/orders/${FILE}`]: '' });
    const [ours, service] = [join(app, FILE), join(app, 'services/orders')];
    expect(secondApiCopy([service, app], () => ours)?.application).toBe(join(service, FILE));
    expect(secondApiCopy([app, service], () => ours)).toBeUndefined();
    expect(secondApiCopy([join(app, 'services/billing')], () => ours)).toBeUndefined();
  });

  it('is not the same copy over a link, as pnpm lays packages out', () => {
    const app = fakeApp({ '.pnpm/api/index.js': '' });
    link(app, API, '.pnpm/api');
    expect(secondApiCopy([app], () => join(app, '.pnpm/api/index.js'))).toBeUndefined();
  });

  it('is not claimed where it cannot be told: nothing installed, or everything bundled into one file', () => {
    const app = fakeApp({ 'index.js': '' });
    expect(secondApiCopy([app], () => '/elsewhere/index.js')).toBeUndefined();
    const bundled = (): string => {
      throw new Error('Cannot find module');
    };
    expect(secondApiCopy([fakeApp({ [FILE]: '' })], bundled)).toBeUndefined();
  });

  it('is not there in this repository', () => {
    expect(secondApiCopy()).toBeUndefined();
  });
});
