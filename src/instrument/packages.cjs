'use strict';
// The bundled instrumentations, loaded on demand: they take as much start-up time as the rest of the package, and
// `instrument: false` needs none of them.
// This file is CommonJS, and both builds load it. A plain `require` resolves from the directory of this package, also with
// the strict layout of pnpm; it is synchronous, as init() is; and bundlers recognize it. ESM has no `require` and CommonJS
// no `import.meta`, so neither build could have this code itself.

exports.createHttp = config =>
  new (require('@opentelemetry/instrumentation-http').HttpInstrumentation)(config);

exports.createFetch = config =>
  new (require('@opentelemetry/instrumentation-undici').UndiciInstrumentation)(config);

exports.apiFile = () => require.resolve('@opentelemetry/api');
