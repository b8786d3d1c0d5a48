// Tail sampling for a fleet, as two tiers of Collectors. All spans of a trace must reach the same sampler, so a tier of routers
// selects the sampler by trace id.
//
//   applications -> router (any number) -> sampler (any number, by trace id) -> backend
//
// Source: https://opentelemetry.io/docs/collector/deploy/gateway/

import { type KeepCriteria, toCollectorPolicies } from './policies.js';
import { toYaml, type YamlNode } from './yaml.js';

/** The first version that has the component names used below. Later versions warn about the older names. */
const MIN_COLLECTOR_VERSION = 'v0.153.0';

/** How routers find the samplers. */
export type SamplerDiscovery =
  | { readonly hosts: readonly string[] }
  | { readonly dns: string; readonly port: number };

/** A deployment of both tiers. */
export interface FleetConfig {
  readonly policy: KeepCriteria;
  readonly samplers: SamplerDiscovery;
  /** The OTLP/HTTP base URL of the backend. */
  readonly backendUrl: string;
  /** Headers for the backend. The Collector replaces `${env:NAME}` by an environment variable. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds from the first span of a trace to its decision. */
  readonly waitMs: number;
  /** Waiting traces in one sampler. */
  readonly maxTraces: number;
  /** The address of the routers for OTLP over HTTP. gRPC uses the port below. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** A tier of Collectors. */
export type CollectorTier = 'router' | 'sampler';

/**
 * Formats the configuration of the Collectors of one tier. They must be of the contrib distribution.
 *
 * @param tier the tier
 * @param fleet the deployment
 */
export function formatTierConfig(tier: CollectorTier, fleet: FleetConfig): string {
  return tier === 'router' ? formatRouter(fleet) : formatSampler(fleet);
}

function formatRouter({ samplers, listen: { host, port } }: FleetConfig): string {
  const config: YamlNode = {
    receivers: {
      otlp: {
        protocols: { http: { endpoint: `${host}:${port}` }, grpc: { endpoint: `${host}:${port - 1}` } },
      },
    },
    exporters: {
      load_balancing: {
        routing_key: 'traceID',
        protocol: { otlp: { tls: { insecure: true } } },
        resolver:
          'hosts' in samplers
            ? { static: { hostnames: samplers.hosts } }
            : { dns: { hostname: samplers.dns, port: String(samplers.port) } },
      },
    },
    service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['load_balancing'] } } },
  };
  return `${formatComment([
    'Tier 1 of 2: routers. Applications send every span to them: init({ sample: 1 }).',
    'All spans of a trace go to the same sampler, selected by trace id.',
    'Routers keep no state. Run any number of them behind a load balancer.',
  ])}${toYaml(config)}`;
}

function formatSampler({ policy, backendUrl, headers, waitMs, maxTraces, samplers }: FleetConfig): string {
  const port = 'hosts' in samplers ? 4317 : samplers.port;
  const config: YamlNode = {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `\${env:DO_TRACE_SAMPLER_LISTEN:-0.0.0.0:${port}}` } } },
    },
    processors: {
      tail_sampling: {
        decision_wait: `${waitMs}ms`,
        num_traces: maxTraces,
        // Late spans follow the cached decision. The caches hold ten times as many traces as wait.
        decision_cache: { sampled_cache_size: maxTraces * 10, non_sampled_cache_size: maxTraces * 10 },
        policies: toCollectorPolicies(policy) as unknown as YamlNode,
      },
      batch: {},
    },
    exporters: {
      otlp_http: { endpoint: backendUrl, headers: Object.keys(headers).length > 0 ? headers : undefined },
    },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['tail_sampling', 'batch'], exporters: ['otlp_http'] },
      },
    },
  };
  return `${formatComment([
    'Tier 2 of 2: samplers. Only routers send to them.',
    `A trace is decided ${waitMs} ms after its first span. Late spans follow the decision.`,
    'When the number of samplers changes, traces that are open at that time may be split.',
  ])}${toYaml(config)}`;
}

function formatComment(lines: readonly string[]): string {
  const all = [...lines, `Needs the contrib distribution, ${MIN_COLLECTOR_VERSION} or later.`];
  return `${all.map(line => `# ${line}`).join('\n')}\n\n`;
}
