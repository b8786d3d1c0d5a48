'use strict';
// Loads the start when init() is called. Both builds load the same CommonJS file: ESM cannot load anything at once, and
// OpenTelemetry's SDK is CommonJS itself. State is in the shared slot, so it does not matter whose copy started.

exports.startTracing = options => require('./start.js').startTracing(options);
