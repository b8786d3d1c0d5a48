// An instrumentation selected by name, for a package that is imported after init(). It needs the loader hook of init().
import { init, trace } from '@do/trace';
import { memory } from '@do/trace/exporters';
import app from './express-app.cjs';

const recorded = memory();
const messages = [];
const warn = message => messages.push(message);
init({
  service: 'named',
  exporter: recorded,
  instrument: { express: true },
  logger: { error: warn, warn, info: () => {}, debug: () => {} },
});
const { default: express } = await import('express');
await app.checkExpress({ express, trace, recorded, messages });
