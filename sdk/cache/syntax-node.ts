/** A node of a parsed program (ESTree), as far as this room looks at it. */
export interface SyntaxNode {
  type: string
  [key: string]: unknown
}

/** Whether something is a node, not a list, text or the like. */
export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Its direct parts, in the order of the text. */
export const childrenOf = (node: SyntaxNode): SyntaxNode[] => Object.values(node).flat().filter(isNode)
