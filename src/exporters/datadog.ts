// Datadog: through the OTLP receiver of the Agent, or directly if there is a key and no Agent.

import { normalizeEndpoint } from '../core/endpoint.js';
import { formatText } from '../core/format-value.js';
import type { Validator } from '../core/validators.js';
import {
  type DatadogSite,
  DEFAULT_SITE,
  findSite,
  INTAKE_ENDPOINTS,
  getIntakeEndpoint,
  SITE_NAMES,
  suggestSite,
} from './datadog-sites.js';
import type { Exporter } from './exporter.js';
import { anyString } from './option-validation.js';
import { createSpanLimiter } from './span-limiter.js';
import { createVendorExporter, type VendorDestination, type VendorOptions } from './vendor-exporter.js';
import type { Setting, VendorSettings } from './vendor-settings.js';

/** The route to Datadog: an Agent, or an API key. */
export interface DatadogOptions extends VendorOptions {
  /** The Datadog site: `datadoghq.com`, `datadoghq.eu`, `us5.datadoghq.com`, … @default `DD_SITE`, else 'datadoghq.com' */
  readonly site?: string | undefined;
  /** An API key: spans are sent to Datadog directly. @default `DD_API_KEY`, unless an Agent is configured */
  readonly apiKey?: string | undefined;
  /** The Agent's OTLP receiver: a host, base URL or full URL, or `true` for the Agent on this machine. @default `DD_TRACE_AGENT_URL`, `DD_AGENT_HOST`, else 'http://localhost:4318' if there is no key */
  readonly agent?: string | true | undefined;
  /** A proxy for the OTLP intake, used with a key. @default `https://otlp.<site>` */
  readonly endpoint?: string | undefined;
}

/** An Agent that the options or the environment name. */
interface Agent {
  readonly path: string;
  readonly endpoint: string;
  readonly isFromCode: boolean;
}

const LOCAL_AGENT = 'http://localhost:4318/v1/traces';
const OTLP_PORT = 4318;
const MAX_SHOWN_URL = 60;
const KEY_FORMAT = {
  pattern: /^[0-9a-f]{32}$/i,
  expected: 'an API key of 32 hexadecimal digits, not an application key',
};

/** The limits of a span. https://docs.datadoghq.com/tracing/troubleshooting/#data-volume-guidelines */
const shape = createSpanLimiter({
  maxValueLength: 25_000,
  maxKeyLength: 200,
  maxNameLength: 5_000,
  // 1,024 tags of a span, which include those of the resource.
  maxAttributes: 960,
});

/** The intake accepts a body of 3.2 MB. */
const MAX_CHUNK_BYTES = 3_000_000;

const agentOption: Validator<string | true> = (value, context) =>
  value === true ? value : anyString(value, context);

/**
 * Sends spans to Datadog: to an Agent, or directly with a key. `trace.url()` returns the page of the trace.
 *
 * @param options the route
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: datadog({ agent: 'http://datadog-agent:4318' }) });
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest_in_the_agent/
 * @see https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/traces/
 */
export function datadog(options: DatadogOptions = {}): Exporter {
  return createVendorExporter<DatadogOptions>({
    name: 'datadog',
    options,
    fields: { site: anyString, apiKey: anyString, agent: agentOption, endpoint: anyString },
    shape,
    maxChunkBytes: MAX_CHUNK_BYTES,
    resolve(settings): VendorDestination | undefined {
      const agent = readAgent(settings, options);
      const key = settings.readKey(KEY_FORMAT, 'apiKey', 'DD_API_KEY');
      if (agent !== undefined && key !== undefined) addConflict(settings, agent, key);
      // A key in code has priority over an Agent of the environment. Within the environment, the Agent has priority. An
      // Agent and a key in code are a conflict.
      const isDirect = key !== undefined && (agent === undefined || key.isFromCode);
      const proxy = settings.readEndpoint('endpoint');
      const site = readSite(settings, isDirect && proxy === undefined);
      const url: VendorDestination['url'] =
        site === undefined ? undefined : ({ traceId }) => `https://${site.app}/apm/trace/${traceId}`;
      if (!isDirect) return { endpoint: agent?.endpoint ?? LOCAL_AGENT, url };
      const endpoint = proxy ?? (site?.intake && getIntakeEndpoint(site.intake));
      if (endpoint === undefined) {
        // A site that is unknown has its own fatal problem already.
        if (site === undefined) return undefined;
        const fix = 'Send to an Agent: datadog({ agent }) or DD_AGENT_HOST.';
        const expected = 'a site that takes OTLP directly';
        const path = settings.readText('site', 'DD_SITE')?.path ?? 'datadog.site';
        return settings.addFatalProblem('unknown_region', path, expected, site.app, { fix });
      }
      return {
        endpoint,
        // Without compute_stats Datadog computes no trace metrics from spans that no Agent has seen.
        headers: { 'dd-api-key': key.value, compute_stats: 'true' },
        url,
        hints: {
          keySetting: 'DD_API_KEY or datadog({ apiKey })',
          // The doctor sends the key to Datadog's own intakes only.
          regions: proxy === undefined ? INTAKE_ENDPOINTS : [],
        },
      };
    },
  });
}

/**
 * Reads the site.
 *
 * @param isRequired whether spans go to the intake of the site: then an unknown site is a fatal problem. An Agent has the
 *   site in its own configuration
 */
function readSite(settings: VendorSettings, isRequired: boolean): DatadogSite | undefined {
  const setting = settings.readText('site', 'DD_SITE');
  if (setting === undefined) return DEFAULT_SITE;
  const { path, value } = setting;
  const site = findSite(value);
  if (site !== undefined) return site;
  const [expected, received] = [SITE_NAMES.join(', '), formatText(value)];
  const suggestion = suggestSite(value);
  if (isRequired) {
    return settings.addFatalProblem('unknown_region', path, expected, received, { suggestion });
  }
  const fix = 'Spans are sent, and trace.url() returns undefined.';
  settings.addProblem('unknown_region', path, expected, received, { suggestion, fix });
  return undefined;
}

function addConflict(settings: VendorSettings, agent: Agent, key: Setting): void {
  if (agent.isFromCode && key.isFromCode) {
    settings.addProblem('conflicting_settings', 'datadog.agent', 'an agent or an apiKey', 'both');
  } else if (!agent.isFromCode && !key.isFromCode) {
    const fix = 'Spans are sent to the Agent. Write datadog({ apiKey }) to send them to Datadog directly.';
    const expected = `the Agent of ${agent.path} or a key`;
    settings.addProblem('conflicting_settings', key.path, expected, 'both', { fix });
  }
}

/** Reads the Agent. The variables name the port of Datadog's own protocol, so the OTLP port replaces it. */
function readAgent(settings: VendorSettings, { agent }: DatadogOptions): Agent | undefined {
  if (agent === true) return { path: 'datadog.agent', endpoint: LOCAL_AGENT, isFromCode: true };
  if (agent !== undefined) {
    const endpoint = settings.readEndpoint('agent');
    return endpoint === undefined ? undefined : { path: 'datadog.agent', endpoint, isFromCode: true };
  }
  const setting = settings.readVariable('DD_TRACE_AGENT_URL') ?? settings.readVariable('DD_AGENT_HOST');
  if (setting === undefined) return undefined;
  const { path, value } = setting;
  if (/^unix:/i.test(value)) {
    const received = JSON.stringify(value.slice(0, MAX_SHOWN_URL));
    const fix = `${LOCAL_AGENT} is used.`;
    settings.addProblem('unsupported_variable', path, 'the http URL of an Agent', received, { fix });
    return { path, endpoint: LOCAL_AGENT, isFromCode: false };
  }
  const { url, problems } = normalizeEndpoint(value, path);
  if (url === undefined) {
    // The variable names an Agent, so its spans must not go to Datadog directly.
    const { expected = 'a host', received = '' } = problems[0] ?? {};
    return settings.addFatalProblem('malformed_endpoint', path, expected, received);
  }
  settings.problems.push(...problems);
  const { hostname } = new URL(url);
  return { path, endpoint: `http://${hostname}:${OTLP_PORT}/v1/traces`, isFromCode: false };
}
