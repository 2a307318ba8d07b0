/**
 * The graph of a flow, told from its source: which tasks it calls, which result goes where, what stands in a branch, what is repeated. Nothing is executed.
 *
 * A variable carries the nodes that its value came from; a call of a task makes a node with an edge from each of them. Helper functions are followed where they are
 * called. Branches become nodes of their own, so that both arms are seen.
 */
import type { Definition, Definitions } from './read-definitions.ts'
import { below, child, children, nameOf, type Syntax } from './syntax.ts'

/** One box. `times`: mapped over a list, or in a loop. */
export interface GraphNode {
  id: number
  kind: 'task' | 'flow' | 'branch'
  label: string
  times: 'once' | 'map' | 'loop'
}

/** From what has to come first. `label` on the way out of a branch: `yes`, `no`, a case. */
export interface GraphEdge {
  from: number
  to: number
  label: string | null
}

/** In the order of the source, so that the same flow gives the same graph. */
export interface FlowGraph {
  name: string
  nodes: GraphNode[]
  edges: GraphEdge[]
}

/** Ids of the nodes that a value came from. */
type Origins = ReadonlySet<number>
const NONE: Origins = new Set()

interface Place {
  module: Definitions
  /** Variables in scope; the innermost wins. */
  variables: Map<string, Origins>
  /** Functions that were made inside of the flow. */
  functions: Map<string, Definition>
  times: GraphNode['times']
  /** The branch arm that we are in: its first nodes hang on it. */
  arm: { branch: number; label: string; reached: Set<number> } | null
  depth: number
}

/** Helper functions that call each other are followed so deep. */
const DEEPEST = 12
const LONGEST_LABEL = 48

/** Throws nothing: what is not understood contributes what it holds. */
export function traceFlow(definition: Definition & { kind: 'flow' }): FlowGraph {
  const graph: FlowGraph = { name: definition.name, nodes: [], edges: [] }
  if (definition.fn) {
    const place: Place = { module: definition.module, variables: new Map(), functions: new Map(), times: 'once', arm: null, depth: 0 }
    new Tracer(graph).enter(definition.fn, [], place)
  }
  return graph
}

const union = (...sets: Origins[]): Origins => {
  const filled = sets.filter((set) => set.size > 0)
  return filled.length === 0 ? NONE : filled.length === 1 ? (filled[0] as Origins) : new Set(filled.flatMap((set) => [...set]))
}

class Tracer {
  readonly #graph: FlowGraph

  constructor(graph: FlowGraph) {
    this.#graph = graph
  }

  /** Follows a function with these values for its parameters; answers where its returned value came from. */
  enter(fn: Syntax, values: Origins[], outer: Place): Origins {
    const place: Place = { ...outer, variables: new Map(outer.variables), functions: new Map(outer.functions), depth: outer.depth + 1 }
    for (const [at, parameter] of children(fn, 'params').entries()) this.#bind(parameter, values[at] ?? NONE, place)
    const body = child(fn, 'body')
    if (!body || place.depth > DEEPEST) return NONE
    return body.type === 'BlockStatement' ? this.#block(body, place) : this.#value(body, place)
  }

  #block(block: Syntax, place: Place): Origins {
    let returned: Origins = NONE
    const statements =
      block.type === 'BlockStatement' || block.type === 'SwitchCase' ? children(block, block.type === 'SwitchCase' ? 'consequent' : 'body') : [block]
    for (const statement of statements) if (statement.type === 'FunctionDeclaration') this.#remember(statement, place)
    for (const statement of statements) returned = union(returned, this.#statement(statement, place))
    return returned
  }

  /** Answers what it returns from the function. */
  #statement(node: Syntax, place: Place): Origins {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return NONE
      case 'BlockStatement':
        return this.#block(node, place)
      case 'VariableDeclaration':
        for (const one of children(node, 'declarations')) this.#declare(one, place)
        return NONE
      case 'ReturnStatement': {
        const argument = child(node, 'argument')
        return argument ? this.#value(argument, place) : NONE
      }
      case 'IfStatement':
        return this.#branch(
          node,
          [
            ['yes', child(node, 'consequent')],
            ['no', child(node, 'alternate')],
          ],
          'test',
          place,
        )
      case 'SwitchStatement':
        return this.#branch(
          node,
          children(node, 'cases').map((one) => [this.#text(child(one, 'test'), place) ?? 'else', one]),
          'discriminant',
          place,
        )
      case 'ForStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
        return this.#loop(node, place)
      case 'TryStatement': {
        const before = this.#graph.nodes.length
        const tried = this.#block(child(node, 'block') as Syntax, place)
        const inIt = new Set(this.#graph.nodes.slice(before).map(({ id }) => id))
        const handler = child(node, 'handler')
        const caught = handler ? this.#branch(handler, [['yes', child(handler, 'body')]], null, place, inIt) : NONE
        const last = child(node, 'finalizer')
        return union(tried, caught, last ? this.#block(last, place) : NONE)
      }
      default: {
        for (const part of below(node)) part.type.endsWith('Statement') ? this.#statement(part, place) : this.#value(part, place)
        return NONE
      }
    }
  }

  #declare(declarator: Syntax, place: Place): void {
    const target = child(declarator, 'id')
    const init = child(declarator, 'init')
    if (!target) return
    const name = nameOf(target)
    // Its value comes later, perhaps from inside of a branch.
    if (!init) return void (name !== null && place.variables.set(name, NONE))
    if (name !== null && /Function/.test(init.type)) return this.#remember(init, place, name)
    this.#bind(target, this.#value(init, place), place)
  }

  #remember(fn: Syntax, place: Place, name = nameOf(child(fn, 'id')) ?? ''): void {
    place.functions.set(name, { kind: 'function', name, fn, module: place.module })
  }

  /** Gives the names of a pattern these origins. */
  #bind(pattern: Syntax, origins: Origins, place: Place): void {
    const name = nameOf(pattern)
    if (name !== null) {
      place.variables.set(name, origins)
      place.functions.delete(name)
    } else if (pattern.type === 'MemberExpression') {
      const holder = nameOf(child(pattern, 'object'))
      if (holder !== null) place.variables.set(holder, union(place.variables.get(holder) ?? NONE, origins))
    } else
      for (const part of pattern.type === 'Property'
        ? [child(pattern, 'value') as Syntax]
        : pattern.type === 'AssignmentPattern'
          ? [child(pattern, 'left') as Syntax]
          : below(pattern))
        this.#bind(part, origins, place)
  }

  #loop(node: Syntax, place: Place): Origins {
    const inside: Place = { ...place, times: 'loop' }
    const over = child(node, 'right')
    const left = child(node, 'left')
    if (over) {
      const origins = this.#value(over, place)
      const pattern = left?.type === 'VariableDeclaration' ? child(children(left, 'declarations')[0] as Syntax, 'id') : left
      if (pattern) this.#bind(pattern, origins, inside)
    }
    for (const field of ['init', 'test', 'update']) {
      const part = child(node, field)
      if (part) part.type === 'VariableDeclaration' ? this.#statement(part, inside) : this.#value(part, inside)
    }
    return this.#block(child(node, 'body') as Syntax, inside)
  }

  /** Arms that call nothing leave no branch behind. */
  #branch(node: Syntax, arms: [string, Syntax | null][], condition: string | null, place: Place, from: Origins = NONE): Origins {
    const test = condition === null ? null : child(node, condition)
    const origins = test ? this.#value(test, place) : from
    const { nodes, edges } = this.#graph
    const [nodeCount, edgeCount] = [nodes.length, edges.length]
    const before = place.arm ? new Set(place.arm.reached) : null
    const branch = this.#add('branch', test ? `${this.#text(test, place)}?` : 'failed?', origins, place)
    const after: Map<string, Origins>[] = []
    let returned: Origins = NONE
    for (const [label, arm] of arms) {
      if (!arm) continue
      const inside: Place = { ...place, variables: new Map(place.variables), arm: { branch, label, reached: new Set() } }
      returned = union(returned, arm.type.endsWith('Statement') || arm.type === 'SwitchCase' ? this.#block(arm, inside) : this.#value(arm, inside))
      after.push(inside.variables)
    }
    // What was set in an arm may have come from it.
    for (const variables of after)
      for (const [name, from] of variables)
        if (place.variables.has(name)) place.variables.set(name, union(place.variables.get(name) as Origins, from))
    if (nodes.length === nodeCount + 1) {
      nodes.length = nodeCount
      edges.length = edgeCount
      if (place.arm && before) place.arm.reached = before
      return union(origins, without(returned, branch))
    }
    return returned
  }

  /** Where the value of an expression came from; calls of tasks in it become nodes. */
  #value(node: Syntax, place: Place): Origins {
    switch (node.type) {
      case 'Identifier':
        return place.variables.get(nameOf(node) as string) ?? NONE
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        // Handed to somebody who calls it, perhaps often: for a list, once for each element.
        return this.enter(node, [], place)
      case 'ConditionalExpression':
        return this.#branch(
          node,
          [
            ['yes', child(node, 'consequent')],
            ['no', child(node, 'alternate')],
          ],
          'test',
          place,
        )
      case 'LogicalExpression': {
        const left = child(node, 'left') as Syntax
        return union(this.#value(left, place), this.#branch(node, [[node['operator'] === '&&' ? 'yes' : 'no', child(node, 'right')]], 'left', place))
      }
      case 'AssignmentExpression': {
        const origins = this.#value(child(node, 'right') as Syntax, place)
        const left = child(node, 'left') as Syntax
        this.#bind(left, node['operator'] === '=' ? origins : union(origins, this.#value(left, place)), place)
        return origins
      }
      case 'MemberExpression':
        return union(
          this.#value(child(node, 'object') as Syntax, place),
          node['computed'] ? this.#value(child(node, 'property') as Syntax, place) : NONE,
        )
      case 'Property':
        return union(node['computed'] ? this.#value(child(node, 'key') as Syntax, place) : NONE, this.#value(child(node, 'value') as Syntax, place))
      case 'CallExpression':
        return this.#call(node, place)
      default:
        return union(...below(node).map((part) => this.#value(part, place)))
    }
  }

  #call(node: Syntax, place: Place): Origins {
    const callee = child(node, 'callee') as Syntax
    const given = children(node, 'arguments')
    const method = callee.type === 'MemberExpression' ? nameOf(child(callee, 'property')) : null
    const holder = method === null ? callee : (child(callee, 'object') as Syntax)
    const found = this.#find(holder, place)
    const isCall =
      method === null || (found?.kind === 'task' && ['submit', 'map', 'delay'].includes(method)) || (found?.kind === 'flow' && method === 'run')
    if (found && isCall) {
      const values = given.map((argument) => this.#value(argument, place))
      if (found.kind !== 'function') {
        const id = this.#add(found.kind, found.name, union(...values), method === 'map' ? { ...place, times: 'map' } : place)
        return new Set([id])
      }
      return this.enter(found.fn, values, placeOf(found, place))
    }
    // Of a list: its functions get its elements, once for each.
    const origins = callee.type === 'MemberExpression' ? this.#value(holder, place) : this.#value(callee, place)
    const repeats = method !== null && ['map', 'flatMap', 'forEach', 'filter', 'reduce', 'from'].includes(method)
    const inside: Place = repeats ? { ...place, times: 'map' } : place
    const values = given.map((argument) => {
      if (/FunctionExpression$/.test(argument.type)) return this.enter(argument, [origins], inside)
      // `cities.map(report)`: handed over by its name.
      const named = argument.type === 'Identifier' && repeats ? this.#find(argument, place) : null
      if (named?.kind === 'function') return this.enter(named.fn, [origins], placeOf(named, inside))
      if (named) return new Set([this.#add(named.kind, named.name, origins, inside)])
      return this.#value(argument, place)
    })
    return union(origins, ...values)
  }

  #find(node: Syntax, place: Place): Definition | null {
    const name = nameOf(node)
    if (name !== null) return place.functions.get(name) ?? (place.variables.has(name) ? null : place.module.find(name))
    // `load.with({ … })` called at once.
    return node.type === 'CallExpression' ? place.module.define(node, 'task') : null
  }

  #add(kind: GraphNode['kind'], label: string, origins: Origins, { times, arm }: Place): number {
    const id = this.#graph.nodes.length
    this.#graph.nodes.push({ id, kind, label: label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label, times })
    for (const from of origins) this.#graph.edges.push({ from, to: id, label: null })
    if (arm) {
      // What comes after something of the same arm hangs on that.
      if (![...origins].some((from) => arm.reached.has(from))) {
        const there = this.#graph.edges.find((edge) => edge.from === arm.branch && edge.to === id)
        if (there) there.label = arm.label
        else this.#graph.edges.push({ from: arm.branch, to: id, label: arm.label })
      }
      arm.reached.add(id)
    }
    return id
  }

  #text(node: Syntax | null, place: Place): string | null {
    return node && place.module.text.slice(node.start, node.end).replace(/\s+/g, ' ').trim()
  }
}

/** A function of another module sees nothing of the flow's own variables. */
const placeOf = ({ module }: { module: Place['module'] }, place: Place): Place =>
  module === place.module ? place : { ...place, module, variables: new Map(), functions: new Map() }

const without = (origins: Origins, id: number): Origins => new Set([...origins].filter((one) => one !== id))
