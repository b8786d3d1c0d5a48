// The configuration as the other layers use it.

export { DEFAULTS, UNKNOWN_SERVICE } from './defaults.js';
export { type ActiveConfig, createActiveConfig } from './active-config.js';
export { describeConfig, describeSample } from './describe.js';
export type { Env } from './env-reader.js';
export { type EnvironmentOptions, readEnvironment } from './environment.js';
export type { DetectorName } from './environment-detectors.js';
export type { EnvironmentSample } from './environment-sample.js';
export type {
  DetectedResource,
  ExporterOption,
  InitOptions,
  LimitsOptions,
  LogLevel,
  ProcessorOption,
  ResourceDetector,
  ResourceOptions,
  ServiceOptions,
} from './options.js';
export { findPackage, type PackageIdentity, type PackageSearch } from './package-json.js';
export { PRESETS, resolveSample } from './presets.js';
export { type ConfigHost, type Resolution, resolveConfig } from './resolve.js';
export type {
  OtlpProtocol,
  ResolvedConfig,
  ResolvedOtlp,
  ResolvedPropagate,
  ResolvedSample,
  ResolvedService,
  TlsFiles,
} from './resolved.js';
export { OPTION_NAMES, validateInitOptions } from './validate-init-options.js';
