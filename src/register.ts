// The entry `@do/trace/register`: `node --import @do/trace/register app.js` starts tracing from the environment alone.

import { init } from './setup/init.js';

init();
