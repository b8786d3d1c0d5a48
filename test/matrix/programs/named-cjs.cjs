// An instrumentation by name, from the application's own packages, for a package that is required.
const { init, trace } = require('@do/trace');
const { memory } = require('@do/trace/exporters');
const recorded = memory();
const said = [];
const say = message => said.push(message);
init({
  service: 'named',
  exporter: recorded,
  instrument: { express: true },
  logger: { error: say, warn: say, info: () => {}, debug: () => {} },
});
require('./express-app.cjs').checkExpress({ express: require('express'), trace, recorded, said });
