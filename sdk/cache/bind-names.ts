/**
 * Gives every variable that a piece of code declares itself a number in place of its name. Printers rename local variables when names of nested scopes
 * collide; what comes from outside keeps its name.
 */
import { childrenOf, isNode, type SyntaxNode } from './syntax-node.ts'

interface Scope {
  names: Map<string, number>
  around: Scope | null
}

/** Changes the tree and gives it back. */
export function bindNames(tree: SyntaxNode): SyntaxNode {
  let count = 0
  const open = (around: Scope | null): Scope => ({ names: new Map(), around })
  const declare = (scope: Scope, name: string) => {
    if (!scope.names.has(name)) scope.names.set(name, count++)
  }
  const declarePattern = (scope: Scope, pattern: unknown) => {
    for (const name of namesOf(pattern)) declare(scope, name)
  }
  const declareBlock = (scope: Scope, body: unknown) => {
    for (const statement of body as SyntaxNode[]) {
      if (statement.type === 'VariableDeclaration' && statement['kind'] !== 'var')
        for (const { id } of statement['declarations'] as { id: unknown }[]) declarePattern(scope, id)
      if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') declarePattern(scope, statement['id'])
    }
  }
  const visit = (node: SyntaxNode, scope: Scope): void => {
    switch (node.type) {
      case 'Identifier':
        return resolve(node, scope)
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const own = open(scope)
        if (node.type === 'FunctionExpression') declarePattern(own, node['id'])
        for (const parameter of node['params'] as unknown[]) declarePattern(own, parameter)
        const body = node['body'] as SyntaxNode
        for (const name of hoisted(body)) declare(own, name)
        if (node.type === 'FunctionDeclaration' && isNode(node['id'])) resolve(node['id'], scope)
        if (node.type === 'FunctionExpression' && isNode(node['id'])) resolve(node['id'], own)
        for (const parameter of node['params'] as SyntaxNode[]) visit(parameter, own)
        return visit(body, own)
      }
      case 'ClassExpression': {
        const own = open(scope)
        declarePattern(own, node['id'])
        return visitAll(node, own)
      }
      case 'BlockStatement':
      case 'StaticBlock': {
        const own = open(scope)
        declareBlock(own, node['body'])
        return visitAll(node, own)
      }
      case 'SwitchStatement': {
        const own = open(scope)
        for (const { consequent } of node['cases'] as { consequent: unknown }[]) declareBlock(own, consequent)
        return visitAll(node, own)
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement': {
        const own = open(scope)
        declareBlock(own, [node['init'], node['left']].filter(isNode))
        return visitAll(node, own)
      }
      case 'CatchClause': {
        const own = open(scope)
        declarePattern(own, node['param'])
        return visitAll(node, own)
      }
      case 'MemberExpression':
        visit(node['object'] as SyntaxNode, scope)
        if (node['computed']) visit(node['property'] as SyntaxNode, scope)
        return
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition': {
        // In `{ a }` key and value are one node, and the key keeps its name.
        const value = node['value']
        node['key'] = node['computed'] ? node['key'] : { ...(node['key'] as SyntaxNode) }
        if (node['computed']) visit(node['key'] as SyntaxNode, scope)
        if (isNode(value)) visit(value, scope)
        return
      }
      case 'LabeledStatement':
        return visit(node['body'] as SyntaxNode, scope)
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return
    }
    visitAll(node, scope)
  }
  const visitAll = (node: SyntaxNode, scope: Scope) => {
    for (const child of childrenOf(node)) visit(child, scope)
  }
  visit(tree, open(null))
  return tree
}

function resolve(node: SyntaxNode, scope: Scope): void {
  for (let at: Scope | null = scope; at; at = at.around) {
    const number = at.names.get(node['name'] as string)
    if (number === undefined) continue
    node['name'] = number
    return
  }
}

/** Names that a pattern declares. */
function namesOf(pattern: unknown): string[] {
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
      return [pattern['name'] as string]
    case 'AssignmentPattern':
      return namesOf(pattern['left'])
    case 'RestElement':
      return namesOf(pattern['argument'])
    case 'ArrayPattern':
      return (pattern['elements'] as unknown[]).flatMap(namesOf)
    case 'ObjectPattern':
      return (pattern['properties'] as SyntaxNode[]).flatMap((property) => namesOf(property.type === 'Property' ? property['value'] : property))
  }
  return []
}

/** What `var` declares anywhere in a function's body. */
function hoisted(node: SyntaxNode): string[] {
  if (/^(Arrow)?Function/.test(node.type) || node.type.startsWith('Class')) return []
  const own =
    node.type === 'VariableDeclaration' && node['kind'] === 'var' ? (node['declarations'] as { id: unknown }[]).flatMap(({ id }) => namesOf(id)) : []
  return [...own, ...childrenOf(node).flatMap(hoisted)]
}
