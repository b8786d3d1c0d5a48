// The configuration on a page: what decides whether spans arrive, a line each; `--json` has all of it.

import { pluralize } from '../core/pluralize.js';
import { wrapWords, type ReportStyles } from './wrap-words.js';

type Values = Readonly<Record<string, unknown>>;

/**
 * The lines of the configuration.
 *
 * @param isFromCode exporters may have settings of their own, so that what the environment says of OTLP need not hold
 */
export function formatConfig(config: Values, width: number, paint: ReportStyles, isFromCode: boolean): string[] {
  const rows = rowsOf(config, isFromCode);
  const pad = Math.max(...rows.map(([name]) => name.length));
  return rows.flatMap(([name, value]) => {
    const indent = 4 + pad + 2;
    const [first = '', ...rest] = wrapWords(value, width - indent);
    return [
      `    ${paint.faint(name.padEnd(pad))}  ${first}`,
      ...rest.map(line => `${' '.repeat(indent)}${line}`),
    ];
  });
}

function rowsOf(config: Values, isFromCode: boolean): (readonly [string, string])[] {
  const { service, sample, delivery, otlp } = config;
  const exporters = list(config['exporters']);
  const takesOtlp = !isFromCode && exporters.some(name => /^(?:otlp|jaeger)\b/.test(name));
  return [
    ['service', [text(service, 'name'), text(service, 'version')].join(' ').trim()],
    ['exporter', exporters.join(', ') || 'none'],
    ...(takesOtlp ? otlpRows(otlp) : []),
    ['sampling', sampling(sample)],
    ['propagation', list(config['propagate']).join(', ') || 'none'],
    ['instruments', list(config['instrument']).join(', ') || 'none'],
    ['redaction', config['redact'] === false ? 'off' : 'on'],
    ['spool', spool(object(delivery)['spool'])],
  ];
}

function otlpRows(otlp: unknown): (readonly [string, string])[] {
  const headers = Object.entries(object(object(otlp)['headers'])).map(
    ([name, value]) => `${name}: ${String(value)}`,
  );
  const tls = Object.keys(object(object(otlp)['tls']));
  return [
    [
      'protocol',
      `${text(otlp, 'protocol')}, compression ${text(otlp, 'compression')}, ${text(otlp, 'timeoutMs')} ms`,
    ],
    ...(headers.length === 0 ? [] : [['headers', headers.join(', ')] as const]),
    ...(tls.length === 0 ? [] : [['tls', tls.join(', ')] as const]),
  ];
}

function sampling(sample: unknown): string {
  const { ratio, rules, perSecond, keep } = object(sample);
  const { errors, slowerThanMs, match } = object(keep);
  const more = [
    ...(list(rules).length === 0 ? [] : [pluralize(list(rules).length, 'rule')]),
    ...(errors === true ? ['errors'] : []),
    ...(slowerThanMs === undefined ? [] : [`slower than ${String(slowerThanMs)} ms`]),
    ...(list(match).length === 0 ? [] : ['matches']),
  ];
  const share =
    perSecond === undefined
      ? `${String(Number((Number(ratio) * 100).toPrecision(4)))} %`
      : `about ${pluralize(Number(perSecond), 'trace')} a second`;
  return [share, ...more].join(' + ');
}

function spool(value: unknown): string {
  return value === false ? 'off' : `${text(value, 'directory')} (${text(value, 'mode')})`;
}

function object(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}

function text(value: unknown, key: string): string {
  const found = object(value)[key];
  return found === undefined ? '' : String(found);
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
