import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { describe, expect, it } from 'vitest';
import { readModuleDefinitions } from '../../../src/instrument/module-definitions.js';
import type { Instrumentation } from '../../../src/instrument/types.js';

describe('readModuleDefinitions', () => {
  it("reads the modules of OpenTelemetry's instrumentation of http", () => {
    const instrumentation = new HttpInstrumentation({ enabled: false });
    expect(readModuleDefinitions(instrumentation).map(({ name }) => name)).toEqual(['https', 'http']);
  });

  it('is empty for the instrumentation of fetch, which patches no module', () => {
    const instrumentation = new UndiciInstrumentation({ enabled: false });
    expect(readModuleDefinitions(instrumentation)).toEqual([]);
  });

  it.each([undefined, null, 'pg', { name: 'pg' }])('is empty for a list that is %j', _modules => {
    expect(readModuleDefinitions({ _modules } as unknown as Instrumentation)).toEqual([]);
  });

  it('skips entries that are not definitions', () => {
    const _modules = [null, 'pg', {}, { name: 7 }, { name: 'pg' }];
    expect(readModuleDefinitions({ _modules } as unknown as Instrumentation)).toEqual([{ name: 'pg' }]);
  });
});
