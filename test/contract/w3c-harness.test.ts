import { codecService, describeHarness } from './w3c-harness.js';

describeHarness('the codec alone', codecService);
