// The exporters that have a name: `exporter: 'otlp'`, `DO_TRACE_EXPORTER=otlp`.

import type { ExporterName } from '../core/known-names.js';
import { consoleTree } from './console-tree.js';
import { datadog } from './datadog.js';
import { elastic } from './elastic.js';
import type { Exporter } from './exporter.js';
import { file } from './file.js';
import { grafana } from './grafana.js';
import { honeycomb } from './honeycomb.js';
import { jaeger } from './jaeger.js';
import { memory } from './memory.js';
import { newRelic } from './new-relic.js';
import { otlp } from './otlp.js';
import { prometheus } from './prometheus/exporter.js';

const FACTORIES: Readonly<Record<ExporterName, () => Exporter>> = {
  otlp: () => otlp(),
  jaeger: () => jaeger(),
  datadog: () => datadog(),
  honeycomb: () => honeycomb(),
  'new-relic': () => newRelic(),
  elastic: () => elastic(),
  grafana: () => grafana(),
  console: () => consoleTree(),
  file: () => file(),
  memory: () => memory(),
  prometheus: () => prometheus(),
};

/** Creates the exporter with this name. Every setting comes from the environment. */
export function createExporterByName(name: ExporterName): Exporter {
  return FACTORIES[name]();
}
