// Selects the text format of a scrape from its `Accept` header.

import type { TextFormat } from './text-format.js';

/** One entry of the header. */
interface AcceptEntry {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

const MAX_LENGTH = 2_048;

/**
 * Selects OpenMetrics if the client accepts version 1.0.0 and does not prefer plain text. All other clients, such as browsers
 * and `curl`, receive the older format.
 *
 * @param accept the `Accept` header
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function negotiateFormat(accept: string | undefined): TextFormat {
  if (accept === undefined || accept.length > MAX_LENGTH) return 'prometheus';
  let openMetrics = 0;
  let plainText = 0;
  for (const { type, parameters, weight } of accept.split(',').map(parseEntry)) {
    const version = parameters.get('version') ?? '1.0.0';
    if (type === 'application/openmetrics-text' && version === '1.0.0') {
      openMetrics = Math.max(openMetrics, weight);
    }
    if (type === 'text/plain') plainText = Math.max(plainText, weight);
  }
  return openMetrics > 0 && openMetrics >= plainText ? 'openmetrics' : 'prometheus';
}

function parseEntry(entry: string): AcceptEntry {
  const [type = '', ...rest] = entry.split(';').map(part => part.trim().toLowerCase());
  const parameters = new Map(
    rest.map(part => {
      const [key = '', value = ''] = part.split('=', 2);
      return [key.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  const weight = Number(parameters.get('q') ?? 1);
  return { type, parameters, weight: Number.isFinite(weight) ? weight : 0 };
}
