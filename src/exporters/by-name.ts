// The exporters that can be named by a string: `exporter: 'otlp'`, `TRACE_EXPORTER=otlp`.

import type { ExporterName } from '../core/names.js';
import { consoleTree } from './console-tree.js';
import type { Exporter } from './exporter.js';
import { memory } from './memory.js';
import { otlp } from './otlp.js';
import { prometheus } from './prometheus/exporter.js';

const MAKERS: Readonly<Record<ExporterName, () => Exporter>> = {
  otlp: () => otlp(),
  consoleTree: () => consoleTree(),
  memory: () => memory(),
  prometheus: () => prometheus(),
};

/** The exporter with this name, with everything from the environment. */
export function exporterByName(name: ExporterName): Exporter {
  return MAKERS[name]();
}
