// The entry `@do/trace/testing`.

export {
  type ContractCheck,
  type ExporterHarness,
  exporterContract,
  type MakeExporter,
} from './exporter-contract.js';
