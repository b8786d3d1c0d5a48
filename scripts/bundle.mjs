// Bundles the modules that tsc wrote. A process loads a few large files instead of hundreds of small ones, which is most of the
// time of the first import and of init().
//
//   build/esm    the modules, as ESM
//   dist/cjs     entries and shared chunks, as CommonJS
//   dist/esm     the entries that need neither Node nor OpenTelemetry, as ESM
import { rollup } from 'rollup';

const ROOT = new URL('../build/esm/', import.meta.url);

/** Entries that run in a browser. Their modules stay out of the chunk of the facade, which needs OpenTelemetry's API. */
export const PURE_ENTRIES = ['w3c/index', 'analysis/index'];

/**
 * Writes the CommonJS build.
 *
 * @param {readonly string[]} entries paths without extension: `exporters/index`
 */
export async function bundleCommonJs(entries) {
  await write(entries, {
    dir: 'dist/cjs',
    format: 'cjs',
    esModule: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    manualChunks: assignChunk,
  });
}

/** Writes the ESM build of the pure entries. */
export async function bundlePureEsm() {
  await write(PURE_ENTRIES, {
    dir: 'dist/esm',
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  });
}

async function write(entries, output) {
  const bundle = await rollup({
    input: Object.fromEntries(entries.map(entry => [entry, toPath(entry)])),
    external: /^node:|^@opentelemetry\/|\.cjs$/,
    // The modules of this package do nothing when they are loaded, except for the entry `register`.
    treeshake: { moduleSideEffects: id => id === toPath('register') },
    onwarn: warning => {
      throw new Error(`bundling: ${warning.message}`);
    },
  });
  await bundle.write({
    ...output,
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    externalLiveBindings: false,
  });
  await bundle.close();
}

const toPath = entry => new URL(`${entry}.js`, ROOT).pathname;

/** Puts everything that the facade loads into one chunk. Rollup decides about the other modules. */
function assignChunk(id, { getModuleInfo }) {
  const isPure = PURE_ENTRIES.some(entry => reach(toPath(entry), getModuleInfo).has(id));
  return !isPure && reach(toPath('index'), getModuleInfo).has(id) ? 'facade' : undefined;
}

const reached = new Map();

function reach(entry, getModuleInfo) {
  if (reached.has(entry)) return reached.get(entry);
  const seen = new Set();
  const visit = id => {
    const info = seen.has(id) ? undefined : getModuleInfo(id);
    if (info === null || info === undefined || info.isExternal) return;
    seen.add(id);
    info.importedIds.forEach(visit);
  };
  visit(entry);
  reached.set(entry, seen);
  return seen;
}
