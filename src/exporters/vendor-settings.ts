// The settings of a vendor's exporter: what was said in code, else the vendor's own environment variables.
// What is wrong becomes a problem; what it means is decided by whoever asked: an error in code, a warning of the environment.

import { maskEndpoint, normalizeEndpoint } from '../core/endpoint.js';
import type { Problem, ProblemCode } from '../core/errors.js';
import { own } from '../core/known-names.js';
import { suggest } from '../core/suggest.js';
import { formatText, formatValue } from '../core/format-value.js';

/** One setting that was said: where, and what. */
export interface Setting {
  /** `honeycomb.apiKey` or `HONEYCOMB_API_KEY`. */
  readonly path: string;
  readonly value: string;
  readonly isFromCode: boolean;
}

/** What the keys of a product look like. */
export interface KeyFormat {
  readonly pattern: RegExp;
  /** In words: `32 hexadecimal digits`. */
  readonly expected: string;
}

type Env = Readonly<Record<string, string | undefined>>;

// What node:http accepts in a header's value, without the blanks that are never part of a key.
const IN_A_HEADER = /^[\x21-\x7e]+$/;
const TEXT_IN_A_HEADER = /^[\x20-\x7e]+$/;
const IN_QUOTES = /^(["'`]).*\1$/;

/** Reads settings and notes what is wrong with them. */
export class VendorSettings {
  readonly problems: Problem[] = [];
  #reason: Problem | undefined;
  readonly #name: string;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #env: Env;

  /**
   * @param name the exporter's name, for the paths of problems
   * @param options what was given in code
   * @param env the environment; empty while only the code is looked at
   */
  constructor(name: string, options: Readonly<Record<string, unknown>>, env: Env) {
    this.#name = name;
    this.#options = options;
    this.#env = env;
  }

  /** Why the exporter cannot start, where it cannot: the first of the reasons. */
  get reason(): Problem | undefined {
    return this.#reason;
  }

  /** Text: the option, else the first variable that is set. */
  text(option: string, ...variables: readonly string[]): Setting | undefined {
    const path = `${this.#name}.${option}`;
    const given = this.#options[option];
    if (typeof given === 'string') {
      // Empty counts as unset, as in the environment: `apiKey: process.env.KEY ?? ''` is no mistake of the code. Neither
      // is the line's end that a file of one secret has.
      const value = given.trim();
      if (value !== '') return { path, value, isFromCode: true };
    } else if (given !== undefined) {
      this.note('wrong_type', path, 'a string', formatValue(given));
      return undefined;
    }
    for (const variable of variables) {
      const said = this.variable(variable);
      if (said !== undefined) return said;
    }
    return undefined;
  }

  /** A variable that no option stands before. */
  variable(name: string): Setting | undefined {
    const value = this.#env[name]?.trim();
    return value ? { path: name, value, isFromCode: false } : undefined;
  }

  /** Text that goes into a header as it stands; one that no header can carry switches the exporter off. */
  headerText(option: string, ...variables: readonly string[]): Setting | undefined {
    const said = this.text(option, ...variables);
    if (said === undefined || TEXT_IN_A_HEADER.test(said.value)) return said;
    return this.refuse(
      'malformed_headers',
      said.path,
      'text that a header can carry: ASCII',
      'other characters',
    );
  }

  /** A key. One that no header can carry switches the exporter off; one that only looks strange is tried all the same. */
  key(form: KeyFormat | undefined, option: string, ...variables: readonly string[]): Setting | undefined {
    const said = this.text(option, ...variables);
    if (said === undefined) return undefined;
    // Never the key itself, nor a part of it.
    const received = `${said.value.length} characters`;
    if (!IN_A_HEADER.test(said.value)) {
      this.refuse('malformed_key', said.path, form?.expected ?? 'a key without blanks', received);
    } else if (IN_QUOTES.test(said.value)) {
      // No product has quotes in its keys; env files have, and not every reader of these takes them off.
      const fix = 'Remove the quotes around it.';
      this.refuse('malformed_key', said.path, 'a key without quotes around it', 'quotes', { fix });
    } else if (form !== undefined && !form.pattern.test(said.value)) {
      const fix = said.isFromCode ? {} : { fix: 'It is tried as it stands.' };
      this.note('malformed_key', said.path, form.expected, received, fix);
    }
    return said;
  }

  /** Notes that a key is nowhere, which switches the exporter off. */
  missing(option: string, variable: string, what = 'a key'): undefined {
    this.refuse(
      'missing_key',
      variable,
      `${what} in ${variable} or ${this.#name}({ ${option} })`,
      'nothing',
      {
        fix: `Set ${variable}.`,
      },
    );
  }

  /** One of the names of a table, in any case; another one switches the exporter off: data must not go astray. */
  choice<T>(
    table: Readonly<Record<string, T>>,
    option: string,
    ...variables: readonly string[]
  ): T | undefined {
    const said = this.text(option, ...variables);
    if (said === undefined) return undefined;
    const found = own(table, said.value.toLowerCase());
    if (found !== undefined) return found;
    const names = Object.keys(table);
    return this.refuse('unknown_region', said.path, names.join(', '), formatText(said.value), {
      suggestion: suggest(said.value, names),
    });
  }

  /** The full URL to post to: the option, else a variable, both a host or a base or full URL. */
  endpoint(option: string, ...variables: readonly string[]): string | undefined {
    const said = this.text(option, ...variables);
    if (said === undefined) return undefined;
    const { url, problems } = normalizeEndpoint(said.value, said.path);
    this.problems.push(...problems);
    if (url === undefined) this.#reason ??= problems[0];
    return url;
  }

  /** The beginning of web addresses, without a slash at the end. */
  base(option: string, ...variables: readonly string[]): string | undefined {
    const said = this.text(option, ...variables);
    if (said === undefined) return undefined;
    if (/^https?:\/\/\S+$/i.test(said.value)) return said.value.replace(/\/+$/, '');
    this.note(
      'malformed_endpoint',
      said.path,
      'a URL',
      JSON.stringify(maskEndpoint(said.value.slice(0, 60))),
    );
    return undefined;
  }

  /** Notes a problem with which the exporter cannot start. */
  refuse(...problem: Parameters<VendorSettings['note']>): undefined {
    this.note(...problem);
    this.#reason ??= this.problems.at(-1);
  }

  /** Notes a problem. */
  note(
    code: ProblemCode,
    path: string,
    expected: string,
    received: string,
    hint: { readonly suggestion?: string | undefined; readonly fix?: string } = {},
  ): void {
    const { suggestion, fix } = hint;
    this.problems.push({
      code,
      path,
      expected,
      received,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
