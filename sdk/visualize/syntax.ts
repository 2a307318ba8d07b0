/** A module as a tree of syntax: TypeScript is stripped as Node strips it, so that places in the text stay what they were. */
import { readFileSync } from 'node:fs'
import * as module from 'node:module'
import { parse } from 'acorn'
import { UsageError } from '../errors.ts'

/** A node as acorn makes it, read field by field: of its many kinds only some matter here. */
export interface Syntax {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

const isSyntax = (value: unknown): value is Syntax => typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string'

/** The node in this field; null when there is none. */
export const child = (node: Syntax, field: string): Syntax | null => (isSyntax(node[field]) ? (node[field] as Syntax) : null)

/** The nodes of this field, in order. */
export const children = (node: Syntax, field: string): Syntax[] => (Array.isArray(node[field]) ? (node[field] as unknown[]).filter(isSyntax) : [])

/** Everything right below a node, in the order of the text. */
export const below = (node: Syntax): Syntax[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value.filter(isSyntax) : isSyntax(value) ? [value] : []))
    .sort((a, b) => a.start - b.start)

/** The name of an identifier, the text of a literal key; null for anything else. */
export function nameOf(node: Syntax | null): string | null {
  if (node?.type === 'Identifier' || node?.type === 'PrivateIdentifier') return String(node['name'])
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : null
}

/** Text and tree of a file. Throws UsageError for one that cannot be read or parsed. */
export function readSyntax(file: string): { text: string; program: Syntax } {
  try {
    const source = readFileSync(file, 'utf8')
    const text = /\.[cm]?ts$/.test(file) ? strip(source) : source
    return { text, program: parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }) as unknown as Syntax }
  } catch (error) {
    throw new UsageError(`visualize: ${file} cannot be read: ${(error as Error).message}`)
  }
}

function strip(source: string): string {
  const { emitWarning } = process
  try {
    // The function is called experimental, loading a .ts file is not; and both share the stripper.
    process.emitWarning = () => {}
    return module.stripTypeScriptTypes(source)
  } catch {
    // Enums and the like; names stay what they were, which is all that matters here.
    return module.stripTypeScriptTypes(source, { mode: 'transform' })
  } finally {
    process.emitWarning = emitWarning
  }
}
