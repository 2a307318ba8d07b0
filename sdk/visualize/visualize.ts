/** `flow.visualize()` and `weir visualize`: the graph of a flow as SVG, from its source. */
import type { FlowPlace } from '../engine/flow-handle.ts'
import { UsageError } from '../errors.ts'
import { drawSvg } from './draw-svg.ts'
import { layOut } from './lay-out.ts'
import { Definitions } from './read-definitions.ts'
import { type FlowGraph, traceFlow } from './trace-flow.ts'

/** The SVG. Throws UsageError when there is no flow at that place that can be read. */
export const visualizeFlow = (place: FlowPlace, name: string): string => drawSvg(layOut(graphOf(place, name)))

/** The graph alone. `name` is the flow's own: a copy may be called otherwise than its source says. */
export function graphOf({ file, exportName }: FlowPlace, name: string): FlowGraph {
  const definition = new Definitions(file).findExport(exportName)
  if (definition?.kind !== 'flow')
    throw new UsageError(
      `visualize: it cannot be read from ${file} what flow "${name}" does`,
      `It should be there as: export const ${exportName} = flow({ … }, async () => { … })`,
    )
  return { ...traceFlow(definition), name }
}
