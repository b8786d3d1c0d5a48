// The common part of the exporters for vendors: OTLP over HTTP, with settings and limits of the vendor.

import type { Check } from '../core/check.js';
import { maskEndpoint } from '../core/endpoint.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { type OptionProblem, createProblemDiagnostic } from '../core/errors.js';
import { type FieldValidators, throwIfInvalid } from '../core/validators.js';
import type { SpanShape } from '../delivery/index.js';
import { deliveryValidator } from '../delivery/validate-options.js';
import { deliverTo } from './deliver-to.js';
import type {
  DeliveryOptions,
  Exporter,
  ExporterContext,
  SpanIds,
  StartedExporter,
  TlsOptions,
} from './exporter.js';
import { membersOf } from './exporter-context.js';
import { disabledExporter, notStartedCheck } from './exporter-state.js';
import { validateExporterOptions } from './option-validation.js';
import type { OtlpSettings } from './otlp-settings.js';
import type { BackendHints } from './probe-destination.js';
import { VendorSettings } from './vendor-settings.js';

/** Every vendor accepts protobuf. Some accept nothing else. */
const PROTOCOL = 'http/protobuf';

/** The destination that a vendor's settings result in. */
export interface VendorDestination {
  /** The full URL. */
  readonly endpoint: string;
  /** Request headers, with secrets. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates, in PEM or as paths of files. @default the system's */
  readonly tls?: TlsOptions | undefined;
  /** The page of a trace in the vendor's UI. @default none */
  readonly url?: ((ids: SpanIds) => string) | undefined;
  /** Further features of the backend, for the doctor. @default {} */
  readonly hints?: BackendHints;
}

/** The options that every vendor's exporter has. */
export interface VendorOptions {
  /** Queueing, sending and retrying. @default the `delivery` option of `init()` */
  readonly delivery?: DeliveryOptions | undefined;
}

/** An exporter for one vendor. */
export interface VendorExporterOptions<T extends VendorOptions> {
  readonly name: string;
  /** The name of the function, for the path of its options. @default the name */
  readonly functionName?: string;
  /** The options as given in code. */
  readonly options: T;
  /** A validator for the type of each option. The values are validated by `resolve`, together with the variables. */
  readonly fields: VendorFields<T>;
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

type VendorFields<T> = FieldValidators<Readonly<Record<Exclude<keyof T, 'delivery'>, unknown>>>;

/**
 * Creates the exporter for a vendor that accepts OTLP over HTTP.
 *
 * @param vendor its name, how its settings are read, and its limits
 * @throws TraceError with every mistake in the options. Mistakes in the environment are reported when the exporter starts.
 */
export function createVendorExporter<T extends VendorOptions>(vendor: VendorExporterOptions<T>): Exporter {
  const { name, functionName = name, shape, maxChunkBytes } = vendor;
  const { options, delivery, resolved } = validate(vendor);
  let destination = resolved;
  let endpoint = resolved === undefined ? '' : maskEndpoint(resolved.endpoint);
  let check = (): Promise<Check> => notStartedCheck(name);

  function deliver(context: ExporterContext, target: VendorDestination): StartedExporter {
    const { url, hints, headers, tls } = target;
    const delivered = deliverTo(
      context,
      { name, endpoint: new URL(target.endpoint), headers, tls, protocol: PROTOCOL, delivery },
      { shape, ...(maxChunkBytes === undefined ? {} : { maxChunkBytes }) },
    );
    destination = target;
    endpoint = maskEndpoint(target.endpoint);
    check = () => delivered.check({ url, ...hints });
    return delivered.started;
  }

  function disable(diagnostic: Diagnostic): StartedExporter {
    const disabled = disabledExporter(name, PROTOCOL, diagnostic);
    destination = undefined;
    endpoint = 'off';
    ({ check } = disabled);
    return disabled.started;
  }

  return {
    name,
    get endpoint() {
      return endpoint;
    },
    start(context) {
      const { otlp, diagnostics } = membersOf(context);
      const settings = new VendorSettings(functionName, options, context.env);
      const found = vendor.resolve(settings, otlp);
      const { problems, fatalProblem } = settings;
      for (const problem of problems) {
        const isFatal = problem === fatalProblem;
        diagnostics.report(
          'warn',
          isFatal ? createDisabledDiagnostic(name, problem) : createProblemDiagnostic(problem),
        );
      }
      if (fatalProblem !== undefined) return disable(createDisabledDiagnostic(name, fatalProblem));
      if (found === undefined) throw new Error('no destination, and no problem that explains it');
      return deliver(context, found);
    },
    url: ids => destination?.url?.(ids),
    check: () => check(),
  };
}

/** The validated options of a vendor's exporter. */
interface ValidatedVendor {
  readonly options: object;
  readonly delivery: DeliveryOptions | undefined;
  readonly resolved: VendorDestination | undefined;
}

/** Validates the options. A key that is missing is not a mistake yet: the environment may have it. */
function validate<T extends VendorOptions>(vendor: VendorExporterOptions<T>): ValidatedVendor {
  const { name, functionName = name, fields } = vendor;
  const { options, problems } = validateExporterOptions<Readonly<Record<keyof T, unknown>>>(
    functionName,
    vendor.options,
    { ...fields, delivery: deliveryValidator } as FieldValidators<Readonly<Record<keyof T, unknown>>>,
  );
  const settings = new VendorSettings(functionName, options, {});
  const resolved = vendor.resolve(settings, undefined);
  throwIfInvalid([...problems, ...settings.problems.filter(({ code }) => code !== 'missing_key')]);
  return { options, delivery: (options as VendorOptions).delivery, resolved };
}

/** A problem with the consequence that the exporter is disabled. */
function createDisabledDiagnostic(name: string, problem: OptionProblem): Diagnostic {
  const diagnostic = createProblemDiagnostic(problem);
  return {
    ...diagnostic,
    message: `the exporter ${name} is disabled: ${diagnostic.message}`,
    why: 'Its spans are not sent. Each is counted as dropped.',
  };
}
