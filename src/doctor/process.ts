// What is true of the process whatever the backend: Node, the copies of the API, the variables, and settings under which nothing
// is ever sent.

import type { Check } from '../core/check.js';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/index.js';
import { registeredApiVersion } from '../core/api-version.js';
import { makeDirectory } from '../delivery/make-directory.js';
import { problemFact, type Problem, problemFix } from '../core/errors.js';
import { examineApiCopies, findApiCopies } from './api-copies.js';
import { fault, good } from './target.js';

/** What the examination of a process is told. */
export interface ProcessFacts {
  readonly config: ResolvedConfig;
  /** What the environment got wrong. */
  readonly problems: readonly Problem[];
  /** `process.versions.node`. */
  readonly nodeVersion: string;
  /** The version under which the API is registered. @default what the first copy wrote down */
  readonly apiVersion?: string;
  /** Where the application's packages are looked for. */
  readonly directories: readonly string[];
  readonly cwd: string;
}

const OLDEST = [20, 6] as const;
const NEWEST_MAJOR = 26;

/** Why each kind of problem of the environment matters; where it does not say so itself. */
const WHY: Partial<Record<Problem['code'], string>> = {
  unsupported_variable: 'Whoever set it believes that it holds; it does not.',
  malformed_variable: 'The variable has no effect as it stands.',
  unknown_exporter: 'No spans go where the name was meant to send them.',
  grpc_port: 'Requests of HTTP/1.1 to a gRPC port are refused, so no span arrives.',
  doubled_path: 'Nothing takes spans at such a path; the backend answers 404.',
  missing_path: 'The backend usually answers 404 there.',
  malformed_endpoint: 'Spans go somewhere else than was meant.',
  malformed_headers: 'A key that is not sent means spans that are refused.',
  unreadable_file: 'Without the certificate the backend may not be trusted, or may not trust us.',
};

/** Examines the process. Never rejects. */
export async function examineProcess(facts: ProcessFacts): Promise<readonly Check[]> {
  const { config, problems, nodeVersion, directories, cwd } = facts;
  const copies = await findApiCopies(directories);
  return [
    examineNode(nodeVersion),
    examineApiCopies(copies, facts.apiVersion ?? registeredApiVersion(), cwd),
    ...(problems.length === 0
      ? [good('variables', 'all that are set can be read')]
      : problems.map(ofProblem)),
    ...examineSending(config),
    ...(config.delivery.spool === false ? [] : [examineSpool(resolve(cwd, config.delivery.spool.directory))]),
  ];
}

/** Whether this Node can run us. */
export function examineNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST;
  if (major < oldest || (major === oldest && minor < oldestMinor)) {
    return fault('node', `Node ${version} is too old`, {
      why: 'Spans may be lost, or the start may fail: what this package builds on is missing.',
      fix: 'Use Node 20.6 or later.',
    });
  }
  if (major <= NEWEST_MAJOR) return good('node', version);
  return fault('node', `Node ${version} is newer than any that was tested (${NEWEST_MAJOR})`, {
    status: 'warning',
    why: 'Instrumentation of built-in modules is what new versions break first.',
    fix: 'Look for a newer @do/trace, and whether the spans of http and fetch are there.',
  });
}

/** A problem of the environment as a finding. */
function ofProblem(problem: Problem): Check {
  const { code } = problem;
  const status = code === 'unknown_exporter' || code === 'malformed_endpoint' ? 'error' : 'warning';
  const why = WHY[code] ?? 'The setting has not the effect that was meant.';
  return fault('variables', problemFact(problem), { status, why, fix: problemFix(problem) });
}

/** Settings under which a working way is of no use. */
function examineSending(config: ResolvedConfig): Check[] {
  const { disabled, exporters, processors, sample } = config;
  if (disabled) {
    return [
      fault('tracing', 'tracing is off: OTEL_SDK_DISABLED is true', {
        why: 'No spans are made, and nothing is sent.',
        fix: 'Unset OTEL_SDK_DISABLED.',
      }),
    ];
  }
  const found: Check[] = [];
  if (exporters.length === 0 && processors.length === 0) {
    found.push(
      fault('exporter', 'there is no exporter, so spans go nowhere', {
        why: 'Spans are made and thrown away.',
        fix: "Name one: TRACE_EXPORTER=otlp, or the 'exporter' option of init(). OTEL_TRACES_EXPORTER=none means none.",
      }),
    );
  }
  const { ratio, rules, keep, perSecond } = sample;
  const keepsSome = rules.some(rule => rule.ratio > 0) || keep.errors || keep.match.length > 0;
  if (ratio === 0 && !keepsSome && keep.slowerThanMs === undefined && perSecond === undefined) {
    const ofCallers = sample.followParent && sample.trustRemote !== 'never';
    found.push(
      fault(
        'sampling',
        `the ratio is 0: ${ofCallers ? 'no trace that begins here is sent' : 'nothing is sent'}`,
        {
          status: 'warning',
          why: ofCallers
            ? 'Only requests whose caller has sampled them leave a trace; all others leave none.'
            : 'Whatever the backend answers here, no span of the application ever gets there.',
          fix: "Raise the ratio: the 'sample' option, TRACE_SAMPLE, or OTEL_TRACES_SAMPLER and its _ARG.",
        },
      ),
    );
  }
  return found;
}

/** Whether spans can be laid down on disk. */
function examineSpool(directory: string): Check {
  const why = 'What memory cannot hold while the backend is away is dropped in place of being kept.';
  const bad = (fact: string, fix: string): Check => fault('spool', `${directory} ${fact}`, { why, fix });
  try {
    if (!(statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? true)) {
      return bad('is a file', "Name a directory in 'delivery.spool', or move the file away.");
    }
    makeDirectory(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return good('spool', `${directory} can be written`);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code ?? error);
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      return bad(`cannot be made: ${dirname(directory)} is a file`, "Name a directory in 'delivery.spool'.");
    }
    return bad(
      `cannot be written (${code})`,
      'Give the user of this process the right to write there, or name another directory.',
    );
  }
}
