'use strict';
// Loads the start when init() is called, and not before. Written as CommonJS because ESM cannot load anything at once.

exports.startTracing = options => require('./start.js').startTracing(options);
