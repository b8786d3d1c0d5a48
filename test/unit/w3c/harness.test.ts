import { codecService, describeHarness } from './harness.js';

describeHarness('the codec alone', codecService);
