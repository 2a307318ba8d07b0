/** A laid-out graph as a picture: one SVG that needs nothing else, readable on light and dark ground, its boxes told apart by shape and word as well as by colour. */
import type { Layout, PlacedEdge, PlacedNode } from './lay-out.ts'

const STYLE = `
  text { font: 13px ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; fill: #1c2430 }
  .heading { font-size: 16px; font-weight: 600 }
  .label { text-anchor: middle; dominant-baseline: central }
  .badge, .arm { font-size: 11px; fill: #4a5568 }
  .arm { text-anchor: middle; paint-order: stroke; stroke: #ffffff; stroke-width: 4px }
  .ground { fill: #ffffff }
  .task { fill: #eef4ff; stroke: #3366cc }
  .flow { fill: #eafaf1; stroke: #1f8a5b }
  .branch { fill: #fff8e6; stroke: #a86e00; stroke-dasharray: 5 3 }
  .edge { fill: none; stroke: #6b7686; stroke-width: 1.4 }
  .tip { fill: #6b7686 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6ebf2 }
    .badge, .arm { fill: #aab4c3 }
    .arm { stroke: #12161d }
    .ground { fill: #12161d }
    .task { fill: #1a2740; stroke: #7aa2f7 }
    .flow { fill: #14291f; stroke: #5fcf9b }
    .branch { fill: #2d2410; stroke: #e0ac4c }
    .edge { stroke: #8a95a5 }
    .tip { fill: #8a95a5 }
  }`

/** Ends with a line break. */
export function drawSvg({ name, width, height, nodes, edges }: Layout): string {
  const count = (kind: string, word: string) => {
    const many = nodes.filter((node) => node.kind === kind).length
    return many === 0 ? [] : [`${many} ${word}${many === 1 ? '' : word.endsWith('h') ? 'es' : 's'}`]
  }
  const about = [...count('task', 'task'), ...count('flow', 'subflow'), ...count('branch', 'branch')].join(', ') || 'no tasks'
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${quoted(`Flow ${name}: ${about}`)}">`,
    `<style>${STYLE}\n</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="heading" x="24" y="32">${quoted(name)}</text>`,
    ...edges.map(drawEdge),
    ...edges.filter(({ label }) => label !== null).map(drawArm),
    ...nodes.map(drawNode),
    '</svg>',
  ].join('\n')}\n`
}

function drawEdge({ points }: PlacedEdge): string {
  const [first, ...rest] = points
  let path = `M${first?.x} ${first?.y}`
  let last = first
  for (const point of rest) {
    const middle = Math.round(((last?.x ?? 0) + point.x) / 2)
    path += ` C${middle} ${last?.y} ${middle} ${point.y} ${point.x} ${point.y}`
    last = point
  }
  return `<path class="edge" d="${path}" marker-end="url(#tip)"/>`
}

/** Where the edge arrives: several arms leave a branch from one point. */
function drawArm({ points, label }: PlacedEdge): string {
  const end = points.at(-1)
  return `<text class="arm" x="${(end?.x ?? 0) - 30}" y="${(end?.y ?? 0) - 6}">${quoted(label ?? '')}</text>`
}

function drawNode({ kind, label, times, x, y, width, height }: PlacedNode): string {
  const box = (by: number) => `<rect class="${kind}" x="${x + by}" y="${y + by}" width="${width}" height="${height}" rx="6"/>`
  const shapes: string[] = []
  if (kind === 'branch') {
    const [middle, tip] = [y + height / 2, 12]
    shapes.push(
      `<path class="branch" d="M${x} ${middle} ${x + tip} ${y} ${x + width - tip} ${y} ${x + width} ${middle} ${x + width - tip} ${y + height} ${x + tip} ${y + height}z"/>`,
    )
  } else {
    // Several runs of one: boxes behind the box.
    if (times !== 'once') shapes.push(box(6), box(3))
    shapes.push(box(0))
    if (kind === 'flow') shapes.push(`<rect class="flow" x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${height - 6}" rx="4"/>`)
  }
  const words = { once: '', map: 'map', loop: 'loop' }[times]
  const title = `${kind === 'flow' ? 'subflow' : kind} ${label}${words === '' ? '' : kind === 'branch' ? '' : `, one run for each ${times === 'map' ? 'element' : 'turn of a loop'}`}`
  const badge = words === '' || kind === 'branch' ? '' : `<text class="badge" x="${x + 2}" y="${y - 5}">${words}</text>`
  return `<g><title>${quoted(title)}</title>${shapes.join('')}<text class="label" x="${x + width / 2}" y="${y + height / 2}">${quoted(label)}</text>${badge}</g>`
}

const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
