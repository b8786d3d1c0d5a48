// Which text format a scrape gets, by its `Accept` header.

import type { TextFormat } from './text-format.js';

/** What one entry of the header asks for. */
interface Wish {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

const MAX_LENGTH = 2_048;

/**
 * OpenMetrics for whoever asks for a version of it that is written here and likes it no less than plain text; the older
 * format for everybody else, browsers and `curl` among them.
 *
 * @param accept the `Accept` header
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function negotiateFormat(accept: string | undefined): TextFormat {
  if (accept === undefined || accept.length > MAX_LENGTH) return 'prometheus';
  let open = 0;
  let plain = 0;
  for (const { type, parameters, weight } of accept.split(',').map(wish)) {
    const version = parameters.get('version') ?? '1.0.0';
    if (type === 'application/openmetrics-text' && version === '1.0.0') open = Math.max(open, weight);
    if (type === 'text/plain') plain = Math.max(plain, weight);
  }
  return open > 0 && open >= plain ? 'openmetrics' : 'prometheus';
}

function wish(entry: string): Wish {
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
