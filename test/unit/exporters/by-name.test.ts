import { expect, it } from 'vitest';
import { EXPORTER_NAMES } from '../../../src/core/known-names.js';
import { createExporterByName } from '../../../src/exporters/by-name.js';

it.each(EXPORTER_NAMES)('creates the exporter %s without options', name => {
  const exporter = createExporterByName(name);
  expect(exporter.name).toBe(name);
  expect(createExporterByName(name)).not.toBe(exporter);
});
