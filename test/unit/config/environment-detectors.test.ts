import { expect, it } from 'vitest';
import { createEnvReader } from '../../../src/config/env-reader.js';
import { readDetectors } from '../../../src/config/environment-detectors.js';

it.each<[string, readonly string[] | undefined, readonly (readonly [string, string | undefined])[]]>([
  // [variable, detectors, problems]
  ['', undefined, []],
  ['all', undefined, []],
  ['none', [], []],
  ['env, Host,process', ['env', 'host', 'process'], []],
  ['aws', [], [['unsupported_variable', undefined]]],
  ['hst', [], [['malformed_variable', 'host']]],
])('%j', (value, names, problems) => {
  const reader = createEnvReader({ OTEL_NODE_RESOURCE_DETECTORS: value });
  expect(readDetectors(reader)).toEqual(names);
  expect(reader.problems.map(({ code, suggestion }) => [code, suggestion])).toEqual(problems);
});
