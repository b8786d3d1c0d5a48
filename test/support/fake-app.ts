// Temporary application directories with packages, removed after the test.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a directory with the given files and removes it after the test. */
export function fakeApp(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'trace-app-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Creates a symbolic link between two paths of an application, as pnpm does. */
export function link(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, from)), { recursive: true });
  symlinkSync(resolve(root, to), join(root, from), 'dir');
}

/** Returns the source of a package that exports an instrumentation. */
export function fakeInstrumentation(
  packageName: string,
  className: string,
  modules: readonly string[],
): string {
  return `
    class ${className} {
      instrumentationName = ${JSON.stringify(packageName)};
      instrumentationVersion = '1.0.0';
      _modules = ${JSON.stringify(modules.map(name => ({ name })))};
      enabled = true;
      enable() { this.enabled = true; }
      disable() { this.enabled = false; }
      isEnabled() { return this.enabled; }
      setTracerProvider(provider) { this.provider = provider; }
      getConfig() { return {}; }
    }
    exports.somethingElse = class NotAnInstrumentation {};
    exports.${className} = ${className};
  `;
}
