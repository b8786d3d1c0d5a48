'use strict';
// Resolves from the directory of this package. This file is CommonJS, and both builds load it: ESM has no `require` and
// CommonJS no `import.meta`, so neither build could have this code itself.

exports.apiFile = () => require.resolve('@opentelemetry/api');
