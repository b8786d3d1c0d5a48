// Formats the configuration for the doctor's page: one line for each setting that affects whether spans arrive. `--json` prints
// the whole configuration.

import { pluralize } from '../core/pluralize.js';
import type { ReportStyles } from './report-styles.js';
import { wrapWords } from './wrap-words.js';

type ConfigValues = Readonly<Record<string, unknown>>;
type Row = readonly [name: string, value: string];

/** Columns before the names. */
const MARGIN = 4;

/**
 * Formats the configuration.
 *
 * @param config the configuration of a report
 * @param width columns
 * @param styles styles for names and values
 * @param isFromCode whether code passed options to init(); an exporter may have its own settings, so the OTLP settings of the
 *   environment are not shown
 */
export function formatConfig(
  config: ConfigValues,
  width: number,
  styles: ReportStyles,
  isFromCode: boolean,
): string[] {
  const rows = listConfigRows(config, isFromCode);
  const nameColumns = Math.max(...rows.map(([name]) => name.length));
  const indent = MARGIN + nameColumns + 2;
  return rows.flatMap(([name, value]) => {
    const [first = '', ...rest] = wrapWords(value, width - indent);
    return [
      `${' '.repeat(MARGIN)}${styles.faint(name.padEnd(nameColumns))}  ${first}`,
      ...rest.map(line => `${' '.repeat(indent)}${line}`),
    ];
  });
}

function listConfigRows(config: ConfigValues, isFromCode: boolean): Row[] {
  const { service, sample, delivery, otlp } = config;
  const exporters = toTexts(config['exporters']);
  const usesOtlpSettings = !isFromCode && exporters.some(name => /^(?:otlp|jaeger)\b/.test(name));
  return [
    ['service', [readText(service, 'name'), readText(service, 'version')].join(' ').trim()],
    ['exporter', exporters.join(', ') || 'none'],
    ...(usesOtlpSettings ? listOtlpRows(otlp) : []),
    ['sampling', formatSampling(sample)],
    ['propagation', toTexts(toObject(config['propagate'])['formats']).join(', ') || 'none'],
    [
      'instruments',
      [...toTexts(config['instrument']), ...toTexts(config['instrumentations'])].join(', ') || 'none',
    ],
    ['redaction', config['redact'] === false ? 'off' : 'on'],
    ['spool', formatSpool(toObject(delivery)['spool'])],
  ];
}

function listOtlpRows(otlp: unknown): Row[] {
  const headers = Object.entries(toObject(toObject(otlp)['headers'])).map(
    ([name, value]) => `${name}: ${String(value)}`,
  );
  const tls = Object.keys(toObject(toObject(otlp)['tls']));
  const transport = `${readText(otlp, 'protocol')}, compression ${readText(otlp, 'compression')}`;
  return [
    ['protocol', `${transport}, time-out ${readText(otlp, 'requestTimeoutMs')} ms`],
    ...(headers.length === 0 ? [] : [['headers', headers.join(', ')] as const]),
    ...(tls.length === 0 ? [] : [['tls', tls.join(', ')] as const]),
  ];
}

function formatSampling(sample: unknown): string {
  const { ratio, rules, perSecond, keep } = toObject(sample);
  const { errors, slowerThanMs, match } = toObject(keep);
  const additions = [
    ...(toTexts(rules).length === 0 ? [] : [pluralize(toTexts(rules).length, 'rule')]),
    ...(errors === true ? ['errors'] : []),
    ...(slowerThanMs === undefined ? [] : [`slower than ${String(slowerThanMs)} ms`]),
    ...(toTexts(match).length === 0 ? [] : ['matches']),
  ];
  const share =
    perSecond === undefined
      ? `${String(Number((Number(ratio) * 100).toPrecision(4)))} %`
      : `about ${pluralize(Number(perSecond), 'trace')} a second`;
  return [share, ...additions].join(' + ');
}

function formatSpool(spool: unknown): string {
  return spool === false ? 'off' : `${readText(spool, 'directory')} (${readText(spool, 'mode')})`;
}

function toObject(value: unknown): ConfigValues {
  return typeof value === 'object' && value !== null ? (value as ConfigValues) : {};
}

function readText(parent: unknown, key: string): string {
  const value = toObject(parent)[key];
  return value === undefined ? '' : String(value);
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
