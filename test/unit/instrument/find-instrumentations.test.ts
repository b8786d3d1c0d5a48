import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findInstrumentationClass,
  findAutoInstrumentations,
  listInstalledInstrumentations,
  isInstalled,
  loadPackage,
} from '../../../src/instrument/find-instrumentations.js';
import { fakeApp, fakeInstrumentation, link } from '../../support/fake-app.js';

const SCOPE = 'node_modules/@opentelemetry';

describe('finding instrumentations in the application', () => {
  it('looks in the directories in order, and upwards from each', () => {
    const app = fakeApp({
      [`${SCOPE}/instrumentation-pg/index.js`]: "exports.from = 'app';",
      'services/orders/node_modules/only-here/index.js': "exports.from = 'orders';",
    });
    const orders = join(app, 'services/orders');
    expect(loadPackage('@opentelemetry/instrumentation-pg', [orders])?.exports).toEqual({ from: 'app' });
    expect(loadPackage('only-here', [app, orders])?.exports).toEqual({ from: 'orders' });
    expect(loadPackage('nowhere', [app, orders])).toBeUndefined();
  });

  it('lets the error of a package that breaks while it loads through, and does not call it missing', () => {
    const app = fakeApp({ 'node_modules/broken/index.js': "throw new Error('broken on load');" });
    expect(() => loadPackage('broken', [app])).toThrow('broken on load');
  });

  it('names all installed instrumentations, sorted', () => {
    const app = fakeApp({
      [`${SCOPE}/instrumentation-redis/index.js`]: '',
      [`${SCOPE}/instrumentation-express/index.js`]: '',
      [`${SCOPE}/instrumentation/index.js`]: '',
      [`${SCOPE}/api/index.js`]: '',
    });
    const names = listInstalledInstrumentations([app]);
    expect(names).toContain('redis');
    expect(names.filter(name => name === 'express' || name === 'redis')).toEqual(['express', 'redis']);
    expect(names).not.toContain('');
  });

  it('sees through auto-instrumentations-node where pnpm keeps its packages apart', () => {
    const app = fakeApp({
      '.pnpm/auto/node_modules/@opentelemetry/instrumentation-pg/index.js': 'exports.pg = 1;',
    });
    mkdirSync(join(app, '.pnpm/auto', SCOPE, 'auto-instrumentations-node'), { recursive: true });
    link(
      app,
      `${SCOPE}/auto-instrumentations-node`,
      '.pnpm/auto/node_modules/@opentelemetry/auto-instrumentations-node',
    );
    const collections = findAutoInstrumentations([app]);
    expect(collections).toEqual([join(app, '.pnpm/auto', SCOPE, 'auto-instrumentations-node')]);
    expect(listInstalledInstrumentations(collections)).toContain('pg');
    expect(loadPackage('@opentelemetry/instrumentation-pg', collections)?.exports).toEqual({ pg: 1 });
  });

  it('tells whether a package is installed without running it', () => {
    const app = fakeApp({ 'node_modules/pg/index.js': "throw new Error('must not run');" });
    expect(isInstalled('pg', [app])).toBe(true);
    expect(isInstalled('mysql', [app])).toBe(false);
  });

  it('takes the instrumentation among the exports, and nothing that is only called so', () => {
    const source = fakeInstrumentation('x', 'IORedisInstrumentation', []);
    const app = fakeApp({ 'node_modules/x/index.js': source });
    const found = loadPackage('x', [app]);
    expect(findInstrumentationClass(found?.exports ?? {})?.name).toBe('IORedisInstrumentation');
    expect(findInstrumentationClass({ startInstrumentation: () => {}, Instrumentation: 'a text' })).toBeUndefined();
    expect(findInstrumentationClass({})).toBeUndefined();
  });
});
