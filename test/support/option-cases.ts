// The values that each option accepts among those of `odd-values.ts`.

const TEXT = ['text', 'huge text'];
const FUNCTIONS = ['function', 'class', 'revoked function'];
/** Text that may be empty, which leaves the option unset. */
const TEXT_OR_EMPTY = ['empty text', ...TEXT];
const UNSET = ['empty text'];
const HOST = ['empty text', 'text'];
const BOOLEAN = ['boolean'];
/** Above 0 and not limited to whole numbers. */
const POSITIVE = ['number'];
const ZERO = ['zero'];
const ATTRIBUTES = ['frozen', 'no prototype', 'huge object'];
/** None of the values: objects with particular members, names from a list, or whole numbers above 0. */
const NONE: readonly string[] = [];

/** The path of each option, with the values that it accepts. */
export type OptionCases = Readonly<Record<string, readonly string[]>>;

const prefixed = (prefix: string, cases: OptionCases): OptionCases =>
  Object.fromEntries(Object.entries(cases).map(([path, valid]) => [`${prefix}.${path}`, valid]));

const SPAN_MATCH: OptionCases = { name: TEXT, kind: NONE, route: TEXT, attributes: ATTRIBUTES };

const CLIENT_INSTRUMENT: OptionCases = {
  attributes: FUNCTIONS,
  ignoreOutgoing: [...TEXT, ...FUNCTIONS],
  requestHeaders: NONE,
  responseHeaders: NONE,
};

const DELIVERY: OptionCases = {
  delivery: NONE,
  ...prefixed('delivery', {
    maxQueueBytes: NONE,
    maxChunkBytes: NONE,
    intervalMs: POSITIVE,
    requestTimeoutMs: POSITIVE,
    flushTimeoutMs: POSITIVE,
    compression: NONE,
    spool: TEXT,
    'spool.directory': TEXT,
    'spool.maxBytes': NONE,
    'spool.mode': NONE,
  }),
};

const TLS: OptionCases = {
  tls: NONE,
  ...prefixed('tls', { ca: TEXT, cert: TEXT, key: TEXT, rejectUnauthorized: BOOLEAN }),
};

const HTTP_DESTINATION: OptionCases = {
  endpoint: ['text'],
  headers: FUNCTIONS,
  protocol: NONE,
  compression: NONE,
  ...TLS,
  ...DELIVERY,
};

/** The options of `init()`. */
export const INIT_CASES: OptionCases = {
  service: TEXT,
  ...prefixed('service', { name: TEXT, version: TEXT, namespace: TEXT, environment: TEXT, instanceId: TEXT }),
  exporter: NONE,
  // A class that is not a sampler counts as a function.
  sample: ['zero', 'function', 'class'],
  ...prefixed('sample', {
    ratio: ZERO,
    rules: NONE,
    'rules[].ratio': ZERO,
    ...prefixed('rules[]', SPAN_MATCH),
    perSecond: POSITIVE,
    keep: NONE,
    'keep.errors': BOOLEAN,
    'keep.slowerThanMs': ['zero', 'number'],
    'keep.match': NONE,
    ...prefixed('keep.match[]', SPAN_MATCH),
    'keep.maxBytes': NONE,
    'keep.maxTraces': NONE,
    'keep.maxWaitMs': POSITIVE,
    followRemote: BOOLEAN,
  }),
  enabled: BOOLEAN,
  propagate: NONE,
  ...prefixed('propagate', {
    formats: NONE,
    to: ['text', ...FUNCTIONS],
    baggageTo: ['text', ...FUNCTIONS],
    from: FUNCTIONS,
    baggageFrom: NONE,
  }),
  instrument: NONE,
  'instrument.auto': BOOLEAN,
  'instrument.http': BOOLEAN,
  ...prefixed('instrument.http', {
    ...CLIENT_INSTRUMENT,
    ignore: FUNCTIONS,
    responseHeader: [...TEXT, ...BOOLEAN],
  }),
  'instrument.fetch': BOOLEAN,
  ...prefixed('instrument.fetch', CLIENT_INSTRUMENT),
  instrumentations: NONE,
  resource: NONE,
  'resource.attributes': ATTRIBUTES,
  'resource.detectors': NONE,
  baggageAttributes: NONE,
  redact: NONE,
  ...prefixed('redact', { keys: NONE, patterns: NONE, replace: FUNCTIONS }),
  limits: NONE,
  ...prefixed('limits', {
    attributeValueLengthLimit: ZERO,
    attributeCountLimit: ZERO,
    linkCountLimit: ZERO,
    eventCountLimit: ZERO,
    attributePerEventCountLimit: ZERO,
    attributePerLinkCountLimit: ZERO,
  }),
  ...DELIVERY,
  onSpanEnd: FUNCTIONS,
  isError: FUNCTIONS,
  processors: NONE,
  exitHandlers: BOOLEAN,
  logger: NONE,
  ...prefixed('logger', { error: FUNCTIONS, warn: FUNCTIONS, info: FUNCTIONS, debug: FUNCTIONS }),
  logLevel: NONE,
};

/** The options of `deliver()` of the exporter context. */
export const DELIVER_CASES: OptionCases = { ...HTTP_DESTINATION, 'endpoint.href': NONE, name: TEXT };

/** The options of each exporter of this package, by the name of its type. */
export const EXPORTER_CASES = {
  OtlpOptions: HTTP_DESTINATION,
  JaegerOptions: { endpoint: HOST, ui: UNSET, ...TLS, ...DELIVERY },
  DatadogOptions: {
    site: UNSET,
    apiKey: UNSET,
    agent: [...HOST, ...BOOLEAN],
    endpoint: HOST,
    ...DELIVERY,
  },
  HoneycombOptions: {
    apiKey: UNSET,
    dataset: TEXT_OR_EMPTY,
    region: UNSET,
    endpoint: HOST,
    team: TEXT_OR_EMPTY,
    environment: TEXT_OR_EMPTY,
    ...DELIVERY,
  },
  NewRelicOptions: { licenseKey: UNSET, region: UNSET, endpoint: HOST, ...DELIVERY },
  ElasticOptions: {
    endpoint: HOST,
    apiKey: TEXT_OR_EMPTY,
    secretToken: TEXT_OR_EMPTY,
    ...TLS,
    ...DELIVERY,
  },
  GrafanaOptions: {
    instanceId: UNSET,
    token: TEXT_OR_EMPTY,
    zone: UNSET,
    endpoint: HOST,
    tenant: TEXT_OR_EMPTY,
    ui: UNSET,
    datasource: TEXT_OR_EMPTY,
    ...TLS,
    ...DELIVERY,
  },
  FileOptions: { path: TEXT, maxBytes: NONE, maxBackups: ZERO, ...DELIVERY },
  ConsoleTreeOptions: { stream: NONE, color: BOOLEAN, width: NONE },
  MemoryOptions: { maxSpans: NONE },
  PrometheusOptions: {
    port: ZERO,
    host: TEXT,
    path: NONE,
    buckets: NONE,
    unit: NONE,
    namespace: TEXT_OR_EMPTY,
    maxSeries: NONE,
    exemplars: BOOLEAN,
    push: BOOLEAN,
    ...prefixed('push', { endpoint: NONE, headers: NONE, intervalMs: POSITIVE }),
  },
} satisfies Readonly<Record<string, OptionCases>>;
