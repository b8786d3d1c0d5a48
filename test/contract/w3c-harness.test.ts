import { callWithCodec, describeW3cHarness } from './w3c-harness.js';

describeW3cHarness('the codec', callWithCodec);
