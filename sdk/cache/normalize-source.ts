/**
 * A function's source as what it means, not how it looks: parsed, and printed as a tree without positions, comments, quotes, parentheses and the names of
 * local variables. So plain `node`, which blanks the types out, and a loader that prints the code anew (esbuild) give the same text, and reformatting a task
 * costs no cached result.
 */
import { parseExpressionAt } from 'acorn'
import { bindNames } from './bind-names.ts'
import type { SyntaxNode } from './syntax-node.ts'

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true } as const
/** How the text looked. */
const LOOKS = new Set(['start', 'end', 'raw', 'shorthand', 'directive'])
/** What loaders wrap functions and classes in so that they keep their names. */
const KEEP_NAME = /^__name(\$?\d*)?$/

/** Null for what has no source (native and bound functions) or none that can be read. */
export function normalizeSource(fn: (...args: never[]) => unknown): string | null {
  const source = Function.prototype.toString.call(fn)
  if (source.includes('[native code]')) return null
  // A method is written without `function`: it is an expression only within an object.
  for (const text of [`(${source})`, `({${source}})`]) {
    try {
      const tree = parseExpressionAt(text, 0, OPTIONS) as unknown as SyntaxNode
      return JSON.stringify(simplify(bindNames(tree)))
    } catch {}
  }
  return null
}

function simplify(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((element) => !isNothing(element)).map(simplify)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value
  const node = value as SyntaxNode
  if (isKeptName(node)) return simplify((node['arguments'] as unknown[])[0])
  if (node.type === 'UnaryExpression' && (node['argument'] as SyntaxNode).type === 'Literal') {
    if (node['operator'] === 'void') return { type: 'Identifier', name: 'undefined' }
    if (node['operator'] === '!') return { type: 'Literal', value: !(node['argument'] as SyntaxNode)['value'] }
  }
  if (node.type === 'TemplateElement') return { type: node.type, cooked: (node['value'] as { cooked: unknown }).cooked }
  const joined = joinTexts(node)
  if (joined) return joined
  const entries = Object.entries(node).filter(([key]) => !LOOKS.has(key))
  return Object.fromEntries(entries.map(([key, element]) => [key, simplify(element)]))
}

/** `'a' + 'b'`, `a${'b'}` and 'ab' are one text; printers join them. Null for everything else. */
function joinTexts(node: SyntaxNode): unknown {
  const parts = textParts(node)
  if (!parts) return null
  const joined: unknown[] = []
  for (const part of parts) {
    if (typeof part === 'string' && typeof joined.at(-1) === 'string') joined.push(`${joined.pop()}${part}`)
    else if (part !== '') joined.push(part)
  }
  return { type: 'Text', parts: joined.map((part) => (typeof part === 'string' ? part : simplify(part))) }
}

function textParts(node: SyntaxNode): (string | SyntaxNode)[] | null {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : null
  if (node.type === 'TemplateLiteral') {
    const expressions = node['expressions'] as SyntaxNode[]
    return (node['quasis'] as { value: { cooked: string } }[]).flatMap(({ value }, at) => {
      const expression = expressions[at]
      return expression ? [value.cooked, ...(textParts(expression) ?? [expression])] : [value.cooked]
    })
  }
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return null
  const left = textParts(node['left'] as SyntaxNode)
  const right = textParts(node['right'] as SyntaxNode)
  return left && right ? [...left, ...right] : null
}

const isKeptName = (node: SyntaxNode | null | undefined): boolean => {
  if (node?.type !== 'CallExpression') return false
  const { type, name } = node['callee'] as SyntaxNode
  return type === 'Identifier' && KEEP_NAME.test(String(name))
}

/** Statements without an effect. */
function isNothing(element: unknown): boolean {
  const node = element as SyntaxNode | null
  if (node?.type === 'EmptyStatement') return true
  if (node?.type === 'StaticBlock') return (node['body'] as unknown[]).every(isNothing)
  return node?.type === 'ExpressionStatement' && isKeptName(node['expression'] as SyntaxNode)
}
