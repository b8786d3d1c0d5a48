// Completes package-lock.json after an `npm install` from a registry that has the binaries of one platform only. Such an
// install leaves the optional packages of other platforms out of the lock, and `npm ci` then rejects it on every platform.
// npm skips a package for another platform if it knows version and platform. Both are added. The platform is read from the name.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const SYSTEMS = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|wasi)\b/;
const PROCESSORS = /\b(arm64|armv?\d?|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64|wasm32)\b/;

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const flat = `node_modules/${name}`;
    if (lock.packages[nested] === undefined && lock.packages[flat] === undefined) {
      lock.packages[flat] = platformEntry(name, version, entry);
      added.push(name);
    }
  }
}
if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(
  added.length === 0 ? 'package-lock.json is complete' : `added ${added.length}: ${added.join(', ')}`,
);

function platformEntry(name, version, { dev }) {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const system = SYSTEMS.exec(short)?.[1];
  const processor = PROCESSORS.exec(short)?.[1];
  if (processor === undefined) throw new Error(`no platform can be read from the name ${name}`);
  const libc =
    system !== 'linux'
      ? undefined
      : short.includes('musl')
        ? 'musl'
        : short.includes('gnu')
          ? 'glibc'
          : undefined;
  return {
    version,
    cpu: [processor],
    ...(dev === true ? { dev } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(system === undefined || system === 'wasi' ? {} : { os: [system] }),
  };
}
