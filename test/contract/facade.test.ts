import { foreignTracing, ownTracing } from '../support/providers.js';
import { facadeContract } from './facade.js';

facadeContract('our own provider', ownTracing);
facadeContract("OpenTelemetry's provider, registered by somebody else", foreignTracing);
