'use strict';
// The instrumentations that come with this package, loaded when they are asked for and not before:
// they cost as much start-up time as everything else together, and `instrument: false` needs none of them.
// CommonJS on purpose. Both builds import this very file, so that a plain `require` resolves from where this
// package is installed (pnpm's strict layout included), at once (init() is synchronous), and in a way
// that bundlers see. Neither build could do that alone: ESM has no `require`, CommonJS no `import.meta`.

exports.createHttp = config =>
  new (require('@opentelemetry/instrumentation-http').HttpInstrumentation)(config);

exports.createFetch = config =>
  new (require('@opentelemetry/instrumentation-undici').UndiciInstrumentation)(config);

exports.apiFile = () => require.resolve('@opentelemetry/api');
