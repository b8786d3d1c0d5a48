// Summarizes a CPU profile of V8: self time by package and by function.

const TOP = 25;

/** Formats the lines of a table, in microseconds per request. */
export function profiled({ nodes, samples, timeDeltas }, requests) {
  const byId = new Map(nodes.map(node => [node.id, node.callFrame]));
  const [packages, functions] = [new Map(), new Map()];
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = byId.get(id);
    if (functionName === '(idle)' || functionName === '(program)') continue;
    const us = timeDeltas[index] / requests;
    const owner = ownerOf(url, functionName);
    packages.set(owner, (packages.get(owner) ?? 0) + us);
    const file = url.split('/').slice(-2).join('/');
    const what = `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}  [${owner}]`;
    functions.set(what, (functions.get(what) ?? 0) + us);
  }
  return ['by package:', ...top(packages, TOP), 'by function:', ...top(functions, TOP)];
}

function top(times, count) {
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([what, us]) => `  ${us.toFixed(2).padStart(7)}  ${what}`);
}

function ownerOf(url, functionName) {
  if (functionName === '(garbage collector)') return 'garbage collector';
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  if (url.startsWith('node:')) return 'node';
  const own = /\/dist\/cjs\/([^/]+)\//.exec(url)?.[1];
  if (own !== undefined) return `@do/trace ${own}`;
  return url === '' ? 'native' : 'the service';
}
