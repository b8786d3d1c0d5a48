// A classifier whose candidates are all places of a text: the reference for the prefilter and the caches.

import { KeyClassifier } from '../../../src/redact/rules/key-classifier.js';

/** With this classifier the scan applies the rules at every place. */
export const EXHAUSTIVE_CLASSIFIER: KeyClassifier = Object.assign(new KeyClassifier(), {
  candidates: {
    hasCandidate: () => true,
    prefilter: /(?:)/,
    withoutAtSign: /[^]/g,
    withAtSign: /[^]/g,
  },
});
