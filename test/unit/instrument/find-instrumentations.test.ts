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

describe('instrumentations of the application', () => {
  it('are loaded from the directories in order, and from those above each', () => {
    const app = fakeApp({
      [`${SCOPE}/instrumentation-pg/index.js`]: "exports.from = 'app';",
      'services/orders/node_modules/only-here/index.js': "exports.from = 'orders';",
    });
    const orders = join(app, 'services/orders');
    expect(loadPackage('@opentelemetry/instrumentation-pg', [orders])?.exports).toEqual({ from: 'app' });
    expect(loadPackage('only-here', [app, orders])?.exports).toEqual({ from: 'orders' });
    expect(loadPackage('nowhere', [app, orders])).toBeUndefined();
  });

  it('throw their own error while they are loaded', () => {
    const app = fakeApp({ 'node_modules/broken/index.js': "throw new Error('broken on load');" });
    expect(() => loadPackage('broken', [app])).toThrow('broken on load');
  });

  it('are listed by their short names, sorted', () => {
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

  it('are found behind auto-instrumentations-node, in the layout of pnpm', () => {
    const app = fakeApp({
      '.pnpm/auto/node_modules/@opentelemetry/instrumentation-pg/index.js': 'exports.pg = 1;',
    });
    mkdirSync(join(app, '.pnpm/auto', SCOPE, 'auto-instrumentations-node'), { recursive: true });
    link(
      app,
      `${SCOPE}/auto-instrumentations-node`,
      '.pnpm/auto/node_modules/@opentelemetry/auto-instrumentations-node',
    );
    const autoDirectories = findAutoInstrumentations([app]);
    expect(autoDirectories).toEqual([join(app, '.pnpm/auto', SCOPE, 'auto-instrumentations-node')]);
    expect(listInstalledInstrumentations(autoDirectories)).toContain('pg');
    expect(loadPackage('@opentelemetry/instrumentation-pg', autoDirectories)?.exports).toEqual({ pg: 1 });
  });

  it('can be detected without being loaded', () => {
    const app = fakeApp({ 'node_modules/pg/index.js': "throw new Error('must not run');" });
    expect(isInstalled('pg', [app])).toBe(true);
    expect(isInstalled('mysql', [app])).toBe(false);
  });

  it('export a class with the method enable', () => {
    const source = fakeInstrumentation('x', 'IORedisInstrumentation', []);
    const app = fakeApp({ 'node_modules/x/index.js': source });
    const loaded = loadPackage('x', [app]);
    expect(findInstrumentationClass(loaded?.exports ?? {})?.name).toBe('IORedisInstrumentation');
    expect(
      findInstrumentationClass({ startInstrumentation: () => {}, Instrumentation: 'a text' }),
    ).toBeUndefined();
    expect(findInstrumentationClass({})).toBeUndefined();
  });
});
