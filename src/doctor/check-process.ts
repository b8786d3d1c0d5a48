// Checks the process, independent of any backend: Node.js, the copies of the API, the environment variables, and settings with
// which nothing is sent.

import { resolve } from 'node:path';
import { getRegisteredApiVersion } from '../core/api-version.js';
import type { Check } from '../core/check.js';
import { type OptionProblem, createProblemDiagnostic, formatProblemFix } from '../core/errors.js';
import type { DiagnosticCode } from '../core/diagnostic-codes.js';
import { checkApiCopies, findApiCopies } from './api-copies.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { checkSending, type SendingFacts } from './sending.js';
import { checkSpool } from './spool.js';

/** The facts about a process. */
export interface ProcessFacts {
  /** The settings that decide whether spans are sent. */
  readonly sending: SendingFacts;
  /** The directory of the spool; undefined without a spool. */
  readonly spoolDirectory?: string | undefined;
  /** The problems of environment variables. */
  readonly problems: readonly OptionProblem[];
  /** `process.versions.node`. */
  readonly nodeVersion: string;
  /** The version of the registered API. @default the version in the registry of the API */
  readonly apiVersion?: string;
  /** The directories in which the packages of the application are searched. */
  readonly directories: readonly string[];
  /** The working directory, for relative paths. */
  readonly cwd: string;
}

const OLDEST = { major: 20, minor: 6 } as const;
const NEWEST_TESTED_MAJOR = 26;

/** The consequence of a problem of the environment, by its code. */
const PROBLEM_EFFECTS: Readonly<Partial<Record<DiagnosticCode, string>>> = {
  unsupported_variable: 'The variable has no effect.',
  malformed_variable: 'The variable has no effect.',
  unknown_exporter: 'No spans are sent to the exporter that the name was meant for.',
  grpc_port: 'A gRPC port rejects HTTP/1.1 requests, so no span arrives.',
  doubled_path: 'No receiver accepts spans at such a path. The backend responds with 404.',
  missing_path: 'The backend usually responds with 404.',
  malformed_endpoint: 'Spans are sent to another endpoint than intended.',
  malformed_headers: 'Without its API key, a request is rejected.',
  unreadable_file: 'Without the certificate, the backend may not be trusted, or may not trust this process.',
};

/** Checks the process. Never rejects. */
export async function checkProcess(facts: ProcessFacts): Promise<readonly Check[]> {
  const { sending, spoolDirectory, problems, nodeVersion, directories, cwd } = facts;
  const copies = await findApiCopies(directories);
  return [
    checkNode(nodeVersion),
    checkApiCopies(copies, facts.apiVersion ?? getRegisteredApiVersion(), cwd),
    ...checkVariables(problems),
    ...checkSending(sending),
    ...(spoolDirectory === undefined ? [] : [checkSpool(resolve(cwd, spoolDirectory))]),
  ];
}

/** Checks that this version of Node.js is supported. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    return createFaultCheck('node', {
      code: 'node_unsupported',
      message: `Node.js ${version} is too old`,
      why: 'This package uses features that this version does not have. Spans may be lost, or the start may fail.',
      fix: `Use Node.js ${OLDEST.major}.${OLDEST.minor} or later.`,
      source: 'node',
    });
  }
  if (major <= NEWEST_TESTED_MAJOR) return createOkCheck('node', version);
  return createFaultCheck(
    'node',
    {
      code: 'node_untested',
      message: `Node.js ${version} is newer than every tested version (${NEWEST_TESTED_MAJOR})`,
      why: 'New versions can break the instrumentation of built-in modules.',
      fix: 'Look for a newer @do/trace, and check that the spans of http and fetch are recorded.',
      source: 'node',
    },
    'warning',
  );
}

function checkVariables(problems: readonly OptionProblem[]): Check[] {
  if (problems.length === 0) return [createOkCheck('variables', 'every variable that is set can be read')];
  return problems.map(problem => {
    const { code, message } = createProblemDiagnostic(problem);
    const isError = code === 'unknown_exporter' || code === 'malformed_endpoint';
    return createFaultCheck(
      'variables',
      {
        code,
        message,
        why: PROBLEM_EFFECTS[code] ?? 'The setting does not have the intended effect.',
        fix: formatProblemFix(problem),
        source: problem.path,
      },
      isError ? 'error' : 'warning',
    );
  });
}
