// Tail sampling over a fleet, as two tiers of Collectors. All spans of a trace must come to one sampler, so routers stand
// in front and choose the sampler by trace id.
//
//   applications -> router (any number) -> sampler (any number, by trace id) -> backend
//
// https://opentelemetry.io/docs/collector/deploy/gateway/

import { type KeepCriteria, toCollectorPolicies } from './policies.js';
import { type YamlNode, toYaml } from './yaml.js';

/** Components have the names used here since that version: it warns of the older ones. */
const NEEDED = 'v0.153.0';

/** How routers find the samplers. */
export type SamplerDiscovery =
  | { readonly hosts: readonly string[] }
  | { readonly dns: string; readonly port: number };

/** The whole deployment. */
export interface FleetConfig {
  readonly policy: KeepCriteria;
  readonly samplers: SamplerDiscovery;
  /** The backend's OTLP/HTTP base URL. */
  readonly to: string;
  /** Sent to the backend; `${env:NAME}` is the Collector's way to take a secret from its environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds after a trace's first span at which it is decided. */
  readonly waitMs: number;
  /** Traces that wait in one sampler. */
  readonly maxTraces: number;
  /** Where routers take OTLP over HTTP; over gRPC they take it on the port below. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** One of the two. */
export type CollectorTier = 'router' | 'sampler';

/**
 * The configuration of one tier's Collectors, which have to be of the contrib distribution.
 *
 * @param tier which one
 * @param fleet the whole deployment
 */
export function formatTierConfig(tier: CollectorTier, fleet: FleetConfig): string {
  return tier === 'router' ? router(fleet) : sampler(fleet);
}

function router({ samplers, listen: { host, port } }: FleetConfig): string {
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
  return `${comment([
    'Tier 1 of 2: routers. Applications send here, everything (init({ sample: 1 })).',
    'All spans of a trace go to the same sampler, chosen by trace id.',
    'Routers keep no state: run as many as you like behind a load balancer.',
  ])}${toYaml(config)}`;
}

function sampler({ policy, to, headers, waitMs, maxTraces, samplers }: FleetConfig): string {
  const port = 'hosts' in samplers ? 4317 : samplers.port;
  const config: YamlNode = {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `\${env:TRACE_SAMPLER_LISTEN:-0.0.0.0:${port}}` } } },
    },
    processors: {
      tail_sampling: {
        decision_wait: `${waitMs}ms`,
        num_traces: maxTraces,
        // Late spans follow the decision, for ten times as many traces as wait.
        decision_cache: { sampled_cache_size: maxTraces * 10, non_sampled_cache_size: maxTraces * 10 },
        policies: toCollectorPolicies(policy) as unknown as YamlNode,
      },
      batch: {},
    },
    exporters: {
      otlp_http: { endpoint: to, headers: Object.keys(headers).length > 0 ? headers : undefined },
    },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['tail_sampling', 'batch'], exporters: ['otlp_http'] },
      },
    },
  };
  return `${comment([
    'Tier 2 of 2: samplers. Only routers send here.',
    `A trace is decided ${waitMs} ms after its first span; late spans follow the decision.`,
    'When the number of samplers changes, traces that are open at that moment may be split.',
  ])}${toYaml(config)}`;
}

function comment(lines: readonly string[]): string {
  const all = [...lines, `Needs the contrib distribution, ${NEEDED} or later.`];
  return `${all.map(line => `# ${line}`).join('\n')}\n\n`;
}
