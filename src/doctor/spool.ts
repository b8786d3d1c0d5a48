// Checks that the directory of the spool can be written.

import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Check } from '../core/check.js';
import { makeDirectory } from '../delivery/file/make-directory.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { toCodedError } from './error-code.js';

const NAME = 'spool';

/** Checks a directory for the spool, and creates it if it does not exist. */
export function checkSpool(directory: string): Check {
  try {
    if (!(statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? true)) {
      return createSpoolCheck(
        `${directory} is a file`,
        'Set delivery.spool to a directory, or move the file away.',
      );
    }
    makeDirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return createOkCheck(NAME, `${directory} can be written`);
  } catch (error) {
    const { code } = toCodedError(error);
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      const fact = `${directory} cannot be created: ${dirname(directory)} is a file`;
      return createSpoolCheck(fact, 'Set delivery.spool to a directory.');
    }
    return createSpoolCheck(
      `${directory} cannot be written (${code})`,
      'Give the user of this process write permission, or set delivery.spool to another directory.',
    );
  }
}

function createSpoolCheck(message: string, fix: string): Check {
  return createFaultCheck(NAME, {
    code: 'spool_unavailable',
    message,
    why: 'Spans that do not fit in memory while the backend is unreachable are dropped instead of stored.',
    fix,
    source: 'delivery.spool',
  });
}
