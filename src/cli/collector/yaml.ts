// Just enough YAML for a configuration: blocks, quoted strings, numbers, booleans. What JSON can say of a scalar or an
// empty collection is YAML too, so nothing else has to be quoted right.

/** What a document is made of. */
export type YamlNode = string | number | boolean | readonly YamlNode[] | { readonly [key: string]: YamlNode | undefined };

const PLAIN_KEY = /^[A-Za-z_][\w/.-]*$/;

/**
 * Writes a document as YAML blocks.
 *
 * @param node what to write; properties that are undefined are left out
 */
export function toYaml(node: YamlNode): string {
  return `${block(node, '')}\n`;
}

function block(node: YamlNode, indent: string): string {
  if (Array.isArray(node)) {
    return node.map(item => `${indent}- ${block(item, `${indent}  `).trimStart()}`).join('\n');
  }
  if (typeof node !== 'object') return `${indent}${JSON.stringify(node)}`;
  return Object.entries(node)
    .flatMap(([key, value]) => (value === undefined ? [] : [entry(key, value, indent)]))
    .join('\n');
}

function entry(key: string, value: YamlNode, indent: string): string {
  const name = `${indent}${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}:`;
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  if (typeof value !== 'object' || isEmpty || isFlat(value)) return `${name} ${flow(value)}`;
  return `${name}\n${block(value, `${indent}  `)}`;
}

/** A short list of scalars stands on one line. */
function isFlat(value: YamlNode): boolean {
  return Array.isArray(value) && value.every(item => typeof item !== 'object') && flow(value).length <= 60;
}

function flow(value: YamlNode): string {
  return Array.isArray(value) ? `[${value.map(flow).join(', ')}]` : JSON.stringify(value);
}
