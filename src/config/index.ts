// The configuration as the other layers use it.

export { DEFAULTS, UNKNOWN_SERVICE } from './defaults.js';
export { describeConfig, describeSample, maskConfig } from './describe.js';
export type { Env } from './env-reader.js';
export { type EnvironmentOptions, readEnvironment } from './environment.js';
export type { EnvironmentSample } from './environment-sample.js';
export type {
  InitOptions,
  InstrumentationName,
  InstrumentationOption,
  LimitsOptions,
  ProcessorOption,
  ServiceOptions,
} from './options.js';
export { findPackage, type PackageIdentity, type PackageSearch } from './package-json.js';
export { PRESETS, resolveSample } from './presets.js';
export { type ConfigHost, type Resolution, resolveConfig } from './resolve.js';
export type {
  OtlpProtocol,
  ResolvedConfig,
  ResolvedOtlp,
  ResolvedSample,
  ResolvedService,
  TlsFiles,
} from './resolved.js';
export { validateInitOptions } from './validate-init-options.js';
