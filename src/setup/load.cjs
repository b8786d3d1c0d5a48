'use strict';
// Loads start.js when init() is called. CommonJS, because ESM cannot load a module synchronously.

exports.startTracing = options => require('./start.js').startTracing(options);
exports.reportSecondStart = options => require('./start.js').reportSecondStart(options);
