// What the exporters for single products have in common: all of them are OTLP over HTTP with settings of their own.

import type { Check } from '../core/check.js';
import { maskEndpoint } from '../core/endpoint.js';
import { describeProblem, problemFact, type Problem, TraceError, problemFix } from '../core/errors.js';
import type { Delivery, DestinationOptions, SpanShape } from '../delivery/index.js';
import type { Exporter, ExporterContext, OtlpSettings, SpanIds } from './exporter.js';
import { type OffProcessor, offProcessor } from './exporter-state.js';
import { optionProblems, tlsProblems } from './option-validation.js';
import { type BackendHints, checkDestination } from './check-destination.js';
import { VendorSettings } from './vendor-settings.js';

/** All products take protobuf; some take nothing else. */
const PROTOCOL = 'http/protobuf';

/** Where spans go, once everything has been read. */
export interface VendorDestination {
  /** The full URL. */
  readonly endpoint: string;
  /** Request headers; they hold secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates, in PEM. */
  readonly tls?: OtlpSettings['tls'];
  /** The page of a trace in the product's UI. */
  readonly url?: ((ids: SpanIds) => string) | undefined;
  /** What the doctor may ask besides. */
  readonly hints?: BackendHints;
}

/** An exporter for one product. */
export interface VendorExporterOptions {
  readonly name: string;
  /** What was given in code. */
  readonly options: object;
  /** The names of all options. */
  readonly known: readonly string[];
  /**
   * Reads the settings; `undefined`, or a setting that switches the exporter off, means that it cannot start.
   * `otlp` is what the `OTEL_EXPORTER_OTLP_*` variables say; it is not there while only the code is looked at.
   */
  resolve(read: VendorSettings, otlp: OtlpSettings | undefined): VendorDestination | undefined;
  /** Makes spans fit the product's limits. */
  readonly shape?: SpanShape;
  /** Bytes of one request before compression, at most. */
  readonly maxChunkBytes?: number;
}

/**
 * Makes the exporter for a product that takes OTLP over HTTP.
 *
 * @param destination its name, how its settings are read, and its limits
 * @throws TraceError for mistakes in the options, all of them at once; what the environment gets wrong is said when it starts
 */
export function createVendorExporter(destination: VendorExporterOptions): Exporter {
  const { name, shape, maxChunkBytes } = destination;
  const read = (env: ExporterContext['env']): VendorSettings =>
    new VendorSettings(name, { ...destination.options }, env);
  let target = checkedInCode(destination, read);
  let started: { readonly delivery: Delivery; readonly check: () => Promise<Check> } | undefined;
  let off: { readonly why: Problem | undefined; readonly counting: OffProcessor } | undefined;

  function start(context: ExporterContext): Delivery | undefined {
    const settings = read(context.env);
    const resolved = destination.resolve(settings, context.otlp);
    const why = settings.reason;
    for (const problem of settings.problems) {
      const lost = problem === why ? ` The exporter ${name} is off: spans do not go there.` : '';
      context.diagnostics.warn(`${describeProblem(problem)}${lost}`);
    }
    if (why !== undefined || resolved === undefined) {
      off = { why, counting: offProcessor(name, PROTOCOL, why && describeProblem(why)) };
      target = undefined;
      return undefined;
    }
    target = resolved;
    const { endpoint, headers = {}, tls, url, hints } = resolved;
    const own: DestinationOptions = {
      name,
      endpoint: new URL(endpoint),
      headers,
      tls,
      shape,
      protocol: PROTOCOL,
      ...(maxChunkBytes === undefined ? {} : { maxChunkBytes }),
    };
    const delivery = context.deliver(own);
    started = { delivery, check: () => checkDestination(own, context, { url, ...hints }) };
    return delivery;
  }

  return {
    name,
    get endpoint() {
      if (off !== undefined) return 'off';
      return target === undefined ? '' : maskEndpoint(target.endpoint);
    },
    processor(context) {
      const delivery = start(context);
      return delivery?.processor ?? off?.counting.processor ?? offProcessor(name, PROTOCOL).processor;
    },
    url: ids => target?.url?.(ids),
    async check(): Promise<Check> {
      if (started !== undefined) return started.check();
      if (off === undefined) {
        return { name, status: 'error', message: 'not started', fix: 'Call init() first.' };
      }
      return offCheck(name, off.why);
    },
    stats: () => (started?.delivery ?? off?.counting ?? offProcessor(name, PROTOCOL)).stats(),
    controls: () => started?.delivery,
  };
}

/** Mistakes in code are told where the exporter is made; a key may still come from the environment. */
function checkedInCode(
  destination: VendorExporterOptions,
  read: (env: ExporterContext['env']) => VendorSettings,
): VendorDestination | undefined {
  const { name, options, known } = destination;
  const unknown = optionProblems(name, options, known);
  throwAny(unknown.filter(({ path }) => path === name));
  const settings = read({});
  const target = destination.resolve(settings, undefined);
  const tls = 'tls' in options ? tlsProblems(`${name}.tls`, options.tls) : [];
  const inCode = settings.problems.filter(({ code }) => code !== 'missing_key');
  throwAny([...unknown, ...inCode, ...tls]);
  return target;
}

function throwAny([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new TraceError([first, ...rest]);
}

/** An exporter that is off, as a finding. */
function offCheck(name: string, problem: Problem | undefined): Check {
  const why = 'No span goes there; each is counted as dropped.';
  if (problem === undefined) return { name, status: 'error', message: 'off', why };
  return { name, status: 'error', message: `off: ${problemFact(problem)}`, why, fix: problemFix(problem) };
}
