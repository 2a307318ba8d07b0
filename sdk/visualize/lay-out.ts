/**
 * Places for the boxes of a graph: columns by the longest way from a beginning, rows so that edges cross little. The same graph always gets the same places.
 * Edges that pass columns get a place in each of them, so that they run between the boxes.
 */
import type { FlowGraph, GraphEdge, GraphNode } from './trace-flow.ts'

const CHARACTER = 7.3
const PADDING = 28
const LEAST_WIDTH = 72
const HEIGHT = 36
const ROW_GAP = 26
/** Between columns; edges and their labels run there. */
const COLUMN_GAP = 64
const MARGIN = 24
const HEADING = 40
/** Sweeps over the columns, forth and back. */
const SWEEPS = 6

/** A box and where it is; `x` and `y` are its left upper corner. */
export interface PlacedNode extends GraphNode {
  x: number
  y: number
  width: number
  height: number
}

/** An edge and the points it passes, the ends included. */
export interface PlacedEdge extends GraphEdge {
  points: { x: number; y: number }[]
}

/** Everything in pixels. */
export interface Layout {
  name: string
  width: number
  height: number
  nodes: PlacedNode[]
  edges: PlacedEdge[]
}

interface Item {
  node: GraphNode | null
  width: number
  height: number
  before: Item[]
  after: Item[]
  x: number
  /** Of its middle. */
  y: number
}

/** Edges go from lower ids to higher ones, as `traceFlow` makes them. */
export function layOut({ name, nodes, edges: all }: FlowGraph): Layout {
  const edges = all.filter((edge) => !goesThroughBranch(edge, nodes, all))
  const ranks = ranksOf(nodes, edges)
  const columns: Item[][] = Array.from({ length: Math.max(0, ...ranks) + 1 }, () => [])
  const items = nodes.map((node): Item => {
    const item: Item = {
      node,
      width: Math.max(LEAST_WIDTH, node.label.length * CHARACTER + PADDING + (node.kind === 'branch' ? 16 : 0)),
      height: HEIGHT,
      before: [],
      after: [],
      x: 0,
      y: 0,
    }
    columns[ranks[node.id] as number]?.push(item)
    return item
  })
  const ways = edges.map((edge) => {
    const way = [items[edge.from] as Item]
    for (let rank = (ranks[edge.from] as number) + 1; rank < (ranks[edge.to] as number); rank++) {
      const passing: Item = { node: null, width: 0, height: 10, before: [], after: [], x: 0, y: 0 }
      columns[rank]?.push(passing)
      way.push(passing)
    }
    way.push(items[edge.to] as Item)
    for (const [at, item] of way.slice(1).entries()) {
      item.before.push(way[at] as Item)
      way[at]?.after.push(item)
    }
    return way
  })
  order(columns)
  const width = setColumns(columns)
  const height = setRows(columns)
  return {
    name,
    width: Math.max(width, name.length * CHARACTER * 1.3 + 2 * MARGIN),
    height,
    nodes: items.map((item) => ({
      ...(item.node as GraphNode),
      x: round(item.x),
      y: round(item.y - item.height / 2),
      width: round(item.width),
      height: item.height,
    })),
    edges: edges.map((edge, at) => ({ ...edge, points: pointsOf(ways[at] as Item[]) })),
  }
}

/** What comes to an arm by way of its branch needs no second line past it. */
const goesThroughBranch = ({ from, to }: GraphEdge, nodes: readonly GraphNode[], edges: readonly GraphEdge[]): boolean =>
  edges.some((way) => way.from === from && nodes[way.to]?.kind === 'branch' && edges.some((arm) => arm.from === way.to && arm.to === to))

function ranksOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): number[] {
  const ranks = nodes.map(() => 0)
  for (const { id } of nodes) for (const { from, to } of edges) if (to === id) ranks[id] = Math.max(ranks[id] as number, (ranks[from] as number) + 1)
  return ranks
}

/** Each item goes where its neighbours are on average; ties keep the order of the source. */
function order(columns: Item[][]): void {
  const sort = (column: Item[], neighbours: 'before' | 'after', other: Item[]) => {
    const rows = new Map(other.map((item, row) => [item, row]))
    const weights = new Map(
      column.map((item, row) => {
        const there = item[neighbours].flatMap((one) => rows.get(one) ?? [])
        return [item, there.length === 0 ? row : there.reduce((sum, one) => sum + one, 0) / there.length]
      }),
    )
    column.sort((a, b) => (weights.get(a) as number) - (weights.get(b) as number))
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    if (sweep % 2 === 0) for (let at = 1; at < columns.length; at++) sort(columns[at] as Item[], 'before', columns[at - 1] as Item[])
    else for (let at = columns.length - 2; at >= 0; at--) sort(columns[at] as Item[], 'after', columns[at + 1] as Item[])
  }
}

function setColumns(columns: Item[][]): number {
  let x = MARGIN
  for (const column of columns) {
    const widest = Math.max(0, ...column.map(({ width }) => width))
    for (const item of column) {
      // What passes goes straight through its column.
      if (!item.node) item.width = widest
      item.x = x + (widest - item.width) / 2
    }
    x += widest + COLUMN_GAP
  }
  return x - COLUMN_GAP + MARGIN
}

function setRows(columns: Item[][]): number {
  const gap = (a: Item, b: Item) => (a.height + b.height) / 2 + (a.node && b.node ? ROW_GAP : ROW_GAP / 2)
  for (const column of columns)
    for (const [row, item] of column.entries()) item.y = row === 0 ? 0 : (column[row - 1] as Item).y + gap(column[row - 1] as Item, item)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0
    for (const column of forth ? columns : [...columns].reverse()) {
      const wanted = column.map((item) => {
        const there = forth ? item.before : item.after
        return there.length === 0 ? item.y : there.reduce((sum, one) => sum + one.y, 0) / there.length
      })
      // Down as far as wanted or pushed, then the whole column back by what it was pushed on average.
      for (const [row, item] of column.entries()) {
        const above = column[row - 1]
        item.y = above ? Math.max(wanted[row] as number, above.y + gap(above, item)) : (wanted[row] as number)
      }
      const pushed = column.reduce((sum, item, row) => sum + item.y - (wanted[row] as number), 0) / Math.max(1, column.length)
      for (const item of column) item.y -= pushed
    }
  }
  const all = columns.flat()
  const top = Math.min(0, ...all.map(({ y, height }) => y - height / 2))
  for (const item of all) item.y += MARGIN + HEADING - top
  return Math.max(HEADING, ...all.map(({ y, height }) => y + height / 2)) + MARGIN
}

function pointsOf(way: Item[]): PlacedEdge['points'] {
  return way.flatMap((item, at) => {
    const [left, right] = [item.x, item.x + item.width].map((x) => ({ x: round(x), y: round(item.y) })) as [
      PlacedEdge['points'][0],
      PlacedEdge['points'][0],
    ]
    return at === 0 ? [right] : item.node ? [left] : [left, right]
  })
}

const round = (value: number): number => Math.round(value * 10) / 10
