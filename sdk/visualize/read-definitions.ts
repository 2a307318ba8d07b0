/** What the names of a module stand for: tasks, flows, and functions whose bodies can be followed; also through relative imports. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { child, children, nameOf, readSyntax, type Syntax } from './syntax.ts'

/** A name that matters. `fn` is the function's syntax, in the text of `module`. */
export type Definition =
  | { kind: 'task'; name: string }
  | { kind: 'flow'; name: string; fn: Syntax | null; module: Definitions }
  | { kind: 'function'; name: string; fn: Syntax; module: Definitions }

/** One module's names; each is looked into when it is asked for. */
export class Definitions {
  readonly file: string
  readonly text: string
  readonly #program: Syntax
  readonly #known = new Map<string, Definition | null>()
  readonly #modules: Map<string, Definitions>

  constructor(file: string, modules: Map<string, Definitions> = new Map()) {
    this.file = file
    this.#modules = modules
    modules.set(file, this)
    const { text, program } = readSyntax(file)
    this.text = text
    this.#program = program
  }

  /** Null for a name that stands for nothing that matters. */
  find(name: string): Definition | null {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    // A definition that leads to itself leads nowhere.
    this.#known.set(name, null)
    const found = this.#look(name)
    this.#known.set(name, found)
    return found
  }

  /** What the module exports under this name. */
  findExport(exportName: string): Definition | null {
    for (const statement of children(this.#program, 'body')) {
      if (statement.type === 'ExportDefaultDeclaration' && exportName === 'default') {
        const declared = child(statement, 'declaration')
        return declared && (this.define(declared, 'default') ?? this.find(nameOf(declared) ?? nameOf(child(declared, 'id')) ?? ''))
      }
      if (statement.type !== 'ExportNamedDeclaration') continue
      for (const specifier of children(statement, 'specifiers')) {
        if (nameOf(child(specifier, 'exported')) !== exportName) continue
        const own = nameOf(child(specifier, 'local')) ?? exportName
        const from = child(statement, 'source')
        return from ? this.#elsewhere(String(from['value']), own) : this.find(own)
      }
    }
    return this.find(exportName)
  }

  /** What an expression defines, if it is a call of `task` or `flow`, a changed copy, or a function. */
  define(node: Syntax, variable: string): Definition | null {
    if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration')
      return { kind: 'function', name: nameOf(child(node, 'id')) ?? variable, fn: node, module: this }
    if (node.type === 'Identifier') return this.find(nameOf(node) ?? '')
    if (node.type !== 'CallExpression') return null
    const callee = child(node, 'callee')
    const [first, second] = children(node, 'arguments')
    if (!callee || !first) return null
    const called = callee.type === 'MemberExpression' ? nameOf(child(callee, 'property')) : this.#imported(nameOf(callee) ?? '')
    if (called === 'with' && callee.type === 'MemberExpression') {
      const original = this.define(child(callee, 'object') as Syntax, variable)
      return original && original.kind !== 'function' ? { ...original, name: literalName(first) ?? original.name } : null
    }
    if (called === 'task') return { kind: 'task', name: literalName(first) ?? nameOf(second ? child(second, 'id') : null) ?? variable }
    if (called !== 'flow') return null
    const fn = second && this.define(second, variable)
    return { kind: 'flow', name: literalName(first) ?? variable, fn: fn?.kind === 'function' ? fn.fn : null, module: this }
  }

  #look(name: string): Definition | null {
    for (const statement of children(this.#program, 'body')) {
      const declared = statement.type === 'ExportNamedDeclaration' ? child(statement, 'declaration') : statement
      if (declared?.type === 'FunctionDeclaration' && nameOf(child(declared, 'id')) === name) return this.define(declared, name)
      if (declared?.type === 'VariableDeclaration') {
        for (const one of children(declared, 'declarations')) {
          const init = child(one, 'init')
          if (init && nameOf(child(one, 'id')) === name) return this.define(init, name)
        }
      }
      if (statement.type !== 'ImportDeclaration') continue
      const source = String(child(statement, 'source')?.['value'])
      for (const specifier of children(statement, 'specifiers')) {
        if (nameOf(child(specifier, 'local')) !== name) continue
        return this.#elsewhere(source, specifier.type === 'ImportDefaultSpecifier' ? 'default' : (nameOf(child(specifier, 'imported')) ?? name))
      }
    }
    return null
  }

  /** Only files of the author's own: packages define no tasks of theirs that we could name better than they do. */
  #elsewhere(source: string, exportName: string): Definition | null {
    if (!source.startsWith('.')) return null
    const file = resolve(dirname(this.file), source)
    if (!existsSync(file)) return null
    return (this.#modules.get(file) ?? new Definitions(file, this.#modules)).findExport(exportName)
  }

  /** What a name is called where it was imported from: `import { task as t }`. */
  #imported(name: string): string {
    for (const statement of children(this.#program, 'body')) {
      if (statement.type !== 'ImportDeclaration') continue
      for (const specifier of children(statement, 'specifiers'))
        if (nameOf(child(specifier, 'local')) === name) return nameOf(child(specifier, 'imported')) ?? name
    }
    return name
  }
}

/** `name: 'load'` of an object literal. */
function literalName(options: Syntax): string | null {
  for (const property of children(options, 'properties')) {
    const value = child(property, 'value')
    if (nameOf(child(property, 'key')) === 'name' && value?.type === 'Literal') return String(value['value'])
  }
  return null
}
