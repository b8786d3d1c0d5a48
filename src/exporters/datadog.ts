// Datadog: by way of the Agent's OTLP receiver, or straight to Datadog where there is a key and no Agent.

import { normalizeEndpoint } from '../core/endpoint.js';
import { own } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { formatText } from '../core/format-value.js';
import type { Exporter } from './exporter.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter, type VendorDestination } from './vendor-exporter.js';
import type { Setting, VendorSettings } from './vendor-settings.js';

/** Which way to Datadog. */
export interface DatadogOptions {
  /** The Datadog site: `datadoghq.com`, `datadoghq.eu`, `us5.datadoghq.com`, … @default `DD_SITE`, else 'datadoghq.com' */
  readonly site?: string | undefined;
  /** An API key: spans go straight to Datadog. @default `DD_API_KEY`, where no Agent is named */
  readonly apiKey?: string | undefined;
  /** The Agent's OTLP receiver: a host, base URL or full URL, or `true` for this machine's. @default `DD_AGENT_HOST`, `DD_TRACE_AGENT_URL`, else 'http://localhost:4318' where there is no key */
  readonly agent?: string | true | undefined;
  /** Another place than the site's OTLP intake, for a key: a proxy. @default `https://otlp.<site>` */
  readonly endpoint?: string | undefined;
}

const LOCAL_AGENT = 'http://localhost:4318/v1/traces';
const OTLP_PORT = 4318;

interface Site {
  /** Where its pages are. */
  readonly app: string;
  /** Where it takes OTLP. */
  readonly intake?: string;
}

/** https://docs.datadoghq.com/getting_started/site/ */
const SITES: Readonly<Record<string, Site>> = {
  'datadoghq.com': { app: 'app.datadoghq.com', intake: 'otlp.datadoghq.com' },
  'us3.datadoghq.com': { app: 'us3.datadoghq.com', intake: 'otlp.us3.datadoghq.com' },
  'us5.datadoghq.com': { app: 'us5.datadoghq.com', intake: 'otlp.us5.datadoghq.com' },
  'datadoghq.eu': { app: 'app.datadoghq.eu', intake: 'otlp.datadoghq.eu' },
  'ap1.datadoghq.com': { app: 'ap1.datadoghq.com', intake: 'otlp.ap1.datadoghq.com' },
  'ap2.datadoghq.com': { app: 'ap2.datadoghq.com', intake: 'otlp.ap2.datadoghq.com' },
  // Those of the US government, and those without an intake in Datadog's documentation, take OTLP by way of an Agent only.
  'ddog-gov.com': { app: 'app.ddog-gov.com' },
  'us2.ddog-gov.com': { app: 'us2.ddog-gov.com' },
  'uk1.datadoghq.com': { app: 'uk1.datadoghq.com' },
};
const INTAKES = Object.entries(SITES).flatMap(([site, { intake }]) =>
  intake === undefined ? [] : [{ name: `DD_SITE=${site}`, endpoint: `https://${intake}/v1/traces` }],
);
/** What Datadog calls its sites. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  us: 'datadoghq.com',
  us1: 'datadoghq.com',
  us3: 'us3.datadoghq.com',
  us5: 'us5.datadoghq.com',
  eu: 'datadoghq.eu',
  eu1: 'datadoghq.eu',
  ap1: 'ap1.datadoghq.com',
  ap2: 'ap2.datadoghq.com',
  uk: 'uk1.datadoghq.com',
  uk1: 'uk1.datadoghq.com',
  gov: 'ddog-gov.com',
  'us1-fed': 'ddog-gov.com',
  'us2-fed': 'us2.ddog-gov.com',
};
const US1: Site = { app: 'app.datadoghq.com', intake: 'otlp.datadoghq.com' };

const KEY = {
  pattern: /^[0-9a-f]{32}$/i,
  expected: 'an API key of 32 hexadecimal digits, not an application key',
};

/** What Datadog keeps of a span. https://docs.datadoghq.com/tracing/troubleshooting/#data-volume-guidelines */
const shape = createSpanLimiter({
  maxValueLength: 25_000,
  maxKeyLength: 200,
  maxNameLength: 5_000,
  // 1,024 tags on a span, those of the resource among them.
  maxAttributes: 960,
});

/** A body of 3.2 MB is the largest that the intake takes. */
const MAX_CHUNK_BYTES = 3_000_000;

/**
 * Sends spans to Datadog: to an Agent, or straight there where a key is given; `trace.url()` leads to the trace.
 *
 * @param options which way; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: datadog({ agent: 'http://datadog-agent:4318' }) });
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest_in_the_agent/
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/traces/
 */
export function datadog(options: DatadogOptions = {}): Exporter {
  return createVendorExporter({
    name: 'datadog',
    options,
    known: ['site', 'apiKey', 'agent', 'endpoint'],
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(read): VendorDestination | undefined {
      const agent = namedAgent(read, options);
      const key = read.key(KEY, 'apiKey', 'DD_API_KEY');
      if (agent !== undefined && key !== undefined) noteBoth(read, agent, key);
      // A key in code is meant, whatever else the environment names; of the environment's two the Agent is preferred.
      const isDirect = key !== undefined && (agent === undefined || (key.isFromCode && !agent.inCode));
      const elsewhere = read.endpoint('endpoint');
      const { app, intake } = siteOf(read, isDirect && elsewhere === undefined);
      const url: VendorDestination['url'] =
        app === undefined ? undefined : ({ traceId }) => `https://${app}/apm/trace/${traceId}`;
      if (!isDirect) return { endpoint: agent?.endpoint ?? LOCAL_AGENT, url };
      const endpoint = elsewhere ?? (intake && `https://${intake}/v1/traces`);
      // A site that nobody knows has been said.
      if (app === undefined && endpoint === undefined) return undefined;
      if (endpoint === undefined) {
        const fix = 'Send to an Agent: datadog({ agent }) or DD_AGENT_HOST.';
        return read.refuse('unknown_region', 'datadog.site', 'a site that takes OTLP directly', app ?? '', {
          fix,
        });
      }
      // Without compute_stats Datadog makes no trace metrics of spans that came this way.
      return {
        endpoint,
        headers: { 'dd-api-key': key.value, compute_stats: 'true' },
        url,
        hints: {
          keySetting: 'DD_API_KEY or datadog({ apiKey })',
          regions: elsewhere === undefined ? INTAKES : [],
        },
      };
    },
  });
}

/**
 * The site's pages and intake, of a name or of an address of its pages. A site that nobody knows switches off what would
 * go straight there; an Agent knows its own.
 */
function siteOf(read: VendorSettings, mustBeKnown: boolean): Partial<Site> {
  const said = read.text('site', 'DD_SITE');
  if (said === undefined) return US1;
  const written = said.value.toLowerCase().replace(/^https?:\/\/|\/.*$/g, '');
  const host = written.replace(/^app\./, '');
  const site = own(SITES, host);
  if (site !== undefined) return site;
  const names = Object.keys(SITES);
  const suggestion = own(SHORT_NAMES, host) ?? suggest(host, names);
  const fix = mustBeKnown ? {} : { fix: 'Spans go to the Agent all the same; trace.url() has no answer.' };
  const say = mustBeKnown ? read.refuse.bind(read) : read.note.bind(read);
  say('unknown_region', said.path, names.join(', '), formatText(said.value), { suggestion, ...fix });
  return {};
}

interface Agent {
  readonly path: string;
  readonly endpoint: string;
  readonly inCode: boolean;
}

function noteBoth(read: VendorSettings, agent: Agent, key: Setting): void {
  if (agent.inCode && key.isFromCode) {
    read.note('conflicting_settings', 'datadog.agent', 'an agent or an apiKey', 'both');
  } else if (!agent.inCode && !key.isFromCode) {
    const fix = 'The Agent is used; datadog({ apiKey }) is the direct way.';
    read.note('conflicting_settings', key.path, `the Agent of ${agent.path} or a key`, 'both', { fix });
  }
}

/** The Agent that was named. Its variables name the port of Datadog's own protocol; OTLP is on another one. */
function namedAgent(read: VendorSettings, { agent }: DatadogOptions): Agent | undefined {
  if (agent === true) return { path: 'datadog.agent', endpoint: LOCAL_AGENT, inCode: true };
  if (agent !== undefined) {
    const endpoint = read.endpoint('agent');
    return endpoint === undefined ? undefined : { path: 'datadog.agent', endpoint, inCode: true };
  }
  const said = read.variable('DD_TRACE_AGENT_URL') ?? read.variable('DD_AGENT_HOST');
  if (said === undefined) return undefined;
  const { path, value } = said;
  if (/^unix:/i.test(value)) {
    const fix = `${LOCAL_AGENT} is used.`;
    read.note('unsupported_variable', path, 'the http URL of an Agent', JSON.stringify(value.slice(0, 60)), {
      fix,
    });
    return { path, endpoint: LOCAL_AGENT, inCode: false };
  }
  const { url, problems } = normalizeEndpoint(value, path);
  if (url === undefined) {
    // An Agent was named: what was meant for it goes nowhere else.
    const { code = 'malformed_endpoint', expected = 'a host', received = '' } = problems[0] ?? {};
    return read.refuse(code, path, expected, received);
  }
  read.problems.push(...problems);
  const { hostname } = new URL(url);
  return { path, endpoint: `http://${hostname}:${OTLP_PORT}/v1/traces`, inCode: false };
}
