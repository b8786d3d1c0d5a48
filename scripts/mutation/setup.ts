// Property tests with fixed cases: whether a mutant survives must not depend on chance.

import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 42 });
