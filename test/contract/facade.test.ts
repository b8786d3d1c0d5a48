import { startForeignTracing, startOwnTracing } from '../support/providers.js';
import { facadeContract } from './facade/index.js';

facadeContract('our own provider', startOwnTracing);
facadeContract('a foreign provider', startForeignTracing);
