// The common part of the exporters for vendors: OTLP over HTTP, with settings and limits of the vendor.

import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { maskEndpoint } from '../core/endpoint.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { type OptionProblem, problemDiagnostic } from '../core/errors.js';
import { type FieldValidators, throwIfInvalid } from '../core/validators.js';
import type { DestinationOptions, SpanShape } from '../delivery/index.js';
import { type BackendHints, probeDestination } from './probe-destination.js';
import type { Exporter, ExporterContext, OtlpSettings, SpanIds } from './exporter.js';
import { disabled, type ExporterState, notStarted, running } from './exporter-state.js';
import { validateOptions } from './option-validation.js';
import { VendorSettings } from './vendor-settings.js';

/** Every vendor accepts protobuf. Some accept nothing else. */
const PROTOCOL = 'http/protobuf';

/** The destination that a vendor's settings result in. */
export interface VendorDestination {
  /** The full URL. */
  readonly endpoint: string;
  /** Request headers, with secrets. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates, in PEM. @default the system's */
  readonly tls?: OtlpSettings['tls'];
  /** The page of a trace in the vendor's UI. @default none */
  readonly url?: ((ids: SpanIds) => string) | undefined;
  /** Further features of the backend, for the doctor. @default {} */
  readonly hints?: BackendHints;
}

/** An exporter for one vendor. */
export interface VendorExporterOptions<T extends object> {
  readonly name: string;
  /** The name of the function, for the path of its options. @default the name */
  readonly functionName?: string;
  /** The options as given in code. */
  readonly options: T;
  /** A validator for the type of each option. The values are validated by `resolve`, together with the variables. */
  readonly fields: FieldValidators<Readonly<Record<keyof T, unknown>>>;
  /**
   * Reads the settings. It returns `undefined` only after it has added a fatal problem.
   *
   * @param settings the options and the vendor's environment variables
   * @param otlp the `OTEL_EXPORTER_OTLP_*` variables; `undefined` while the options are validated
   */
  resolve(settings: VendorSettings, otlp: OtlpSettings | undefined): VendorDestination | undefined;
  /** Makes spans fit the vendor's limits. */
  readonly shape?: SpanShape;
  /** Largest request before compression, in bytes. */
  readonly maxChunkBytes?: number;
}

/**
 * Creates the exporter for a vendor that accepts OTLP over HTTP.
 *
 * @param vendor its name, how its settings are read, and its limits
 * @throws TraceError with every mistake in the options. Mistakes in the environment are reported when the exporter starts.
 */
export function createVendorExporter<T extends object>(vendor: VendorExporterOptions<T>): Exporter {
  const { name, functionName = name } = vendor;
  const { options, resolved } = validate(vendor);
  let destination = resolved;
  let endpoint = resolved === undefined ? '' : maskEndpoint(resolved.endpoint);
  let state: ExporterState = notStarted(name, PROTOCOL);

  function start(context: ExporterContext, started: VendorDestination): SpanProcessor {
    const { url, hints } = started;
    const delivered = destinationOptions(vendor, started);
    const delivery = context.deliver(delivered);
    destination = started;
    endpoint = maskEndpoint(started.endpoint);
    state = running(delivery, () => probeDestination(delivered, context, { url, ...hints }));
    return delivery.processor;
  }

  function disable(diagnostic: Diagnostic): SpanProcessor {
    const { processor, ...disabledState } = disabled(name, PROTOCOL, diagnostic);
    destination = undefined;
    endpoint = 'off';
    state = disabledState;
    return processor;
  }

  return {
    name,
    get endpoint() {
      return endpoint;
    },
    processor(context) {
      const settings = new VendorSettings(functionName, options, context.env);
      const found = vendor.resolve(settings, context.otlp);
      const { problems, fatalProblem } = settings;
      for (const problem of problems) {
        const isFatal = problem === fatalProblem;
        const diagnostic = isFatal ? disabledDiagnostic(name, problem) : problemDiagnostic(problem);
        context.diagnostics.report('warn', diagnostic);
      }
      if (fatalProblem !== undefined) return disable(disabledDiagnostic(name, fatalProblem));
      if (found === undefined) throw new Error('no destination, and no problem that explains it');
      return start(context, found);
    },
    url: ids => destination?.url?.(ids),
    check: () => state.check(),
    stats: () => state.stats(),
    controls: () => state.controls,
  };
}

/** Validates the options. A key that is missing is not a mistake yet: the environment may have it. */
function validate<T extends object>(
  vendor: VendorExporterOptions<T>,
): { readonly options: object; readonly resolved: VendorDestination | undefined } {
  const { name, functionName = name, fields } = vendor;
  const { options, problems } = validateOptions<Readonly<Record<keyof T, unknown>>>(
    functionName,
    vendor.options,
    fields,
  );
  const settings = new VendorSettings(functionName, options, {});
  const resolved = vendor.resolve(settings, undefined);
  throwIfInvalid([...problems, ...settings.problems.filter(({ code }) => code !== 'missing_key')]);
  return { options, resolved };
}

function destinationOptions<T extends object>(
  { name, shape, maxChunkBytes }: VendorExporterOptions<T>,
  { endpoint, headers = {}, tls }: VendorDestination,
): DestinationOptions {
  return {
    name,
    endpoint: new URL(endpoint),
    headers,
    tls,
    shape,
    protocol: PROTOCOL,
    ...(maxChunkBytes === undefined ? {} : { maxChunkBytes }),
  };
}

/** A problem with the consequence that the exporter is disabled. */
function disabledDiagnostic(name: string, problem: OptionProblem): Diagnostic {
  const diagnostic = problemDiagnostic(problem);
  return {
    ...diagnostic,
    message: `the exporter ${name} is disabled: ${diagnostic.message}`,
    why: 'Its spans are not sent. Each is counted as dropped.',
  };
}
