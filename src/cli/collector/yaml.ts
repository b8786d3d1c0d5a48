// Writes the subset of YAML that a configuration needs: blocks, quoted strings, numbers, booleans. Scalars and empty collections
// are written as JSON, which is valid YAML, so no other quoting rules are needed.
//
//   key:
//     list: [1, "two"]
//     "a key with spaces": {}

/** A part of a document. */
export type YamlNode =
  | string
  | number
  | boolean
  | readonly YamlNode[]
  | { readonly [key: string]: YamlNode | undefined };

const PLAIN_KEY = /^[A-Za-z_][\w/.-]*$/;
/** The longest list on one line. */
const MAX_FLOW_LENGTH = 60;

/**
 * Formats a document as YAML blocks.
 *
 * @param node the document; properties that are undefined are left out
 */
export function toYaml(node: YamlNode): string {
  return `${formatBlock(node, '')}\n`;
}

function formatBlock(node: YamlNode, indent: string): string {
  if (Array.isArray(node)) {
    return node.map(item => `${indent}- ${formatBlock(item, `${indent}  `).trimStart()}`).join('\n');
  }
  if (typeof node !== 'object') return `${indent}${JSON.stringify(node)}`;
  return Object.entries(node)
    .flatMap(([key, value]) => (value === undefined ? [] : [formatEntry(key, value, indent)]))
    .join('\n');
}

function formatEntry(key: string, value: YamlNode, indent: string): string {
  const name = `${indent}${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}:`;
  const isEmpty = typeof value === 'object' && Object.keys(value).length === 0;
  if (typeof value !== 'object' || isEmpty || isShortList(value)) return `${name} ${formatFlow(value)}`;
  return `${name}\n${formatBlock(value, `${indent}  `)}`;
}

/** Whether a value is a list of scalars that fits on one line. */
function isShortList(value: YamlNode): boolean {
  return (
    Array.isArray(value) &&
    value.every(item => typeof item !== 'object') &&
    formatFlow(value).length <= MAX_FLOW_LENGTH
  );
}

function formatFlow(value: YamlNode): string {
  return Array.isArray(value) ? `[${value.map(formatFlow).join(', ')}]` : JSON.stringify(value);
}
