// An instrumentation selected by name, for a package that is loaded with require().
const { init, trace } = require('@do/trace');
const { memory } = require('@do/trace/exporters');
const recorded = memory();
const messages = [];
const warn = message => messages.push(message);
init({
  service: 'named',
  exporter: recorded,
  instrument: { express: true },
  logger: { error: warn, warn, info: () => {}, debug: () => {} },
});
require('./express-app.cjs').checkExpress({ express: require('express'), trace, recorded, messages });
