/** Finds the flow of an entrypoint: an export of its module, or a task of it as a flow of its own. */
import { findTaskFlow, readTaskExport } from '../background/task-flow.ts'
import { type FlowHandle, flowHandle } from '../engine/flow-handle.ts'
import { isTask } from '../task.ts'
import { CannotLoadFlow, importModule, readEntrypoint } from './import-module.ts'

/** Imports the module and finds the flow. Throws CannotLoadFlow. */
export async function loadFlow(entrypoint: string, folder: string): Promise<FlowHandle> {
  const { file, exportName } = readEntrypoint(entrypoint, folder)
  const module = await importModule(entrypoint, file)
  const taskName = readTaskExport(exportName)
  if (taskName !== null) {
    const handle = findTaskFlow(file, taskName)
    if (!handle)
      throw new CannotLoadFlow(entrypoint, `no task "${taskName}" is made while ${file} is loaded`, { hint: 'Make it at the top level of the file.' })
    return handle
  }
  if (!Object.hasOwn(module, exportName)) {
    const flows = Object.keys(module).filter((name) => flowHandle(readExport(module, name)))
    const others =
      flows.length > 0
        ? `its flows are ${flows.join(', ')}`
        : `its exports are ${Object.keys(module).join(', ') || 'none'}, and none of them is a flow`
    throw new CannotLoadFlow(entrypoint, `${file} has no export "${exportName}"; ${others}`)
  }
  const value = readExport(module, exportName)
  const handle = flowHandle(value)
  if (!handle)
    throw new CannotLoadFlow(entrypoint, `its export "${exportName}" is ${describe(value)}, not a flow`, {
      hint: 'Make one with flow({ name }, function).',
    })
  return handle
}

/** A getter of a CommonJS module may throw, an export may not be initialised yet. */
function readExport(module: Record<string, unknown>, name: string): unknown {
  try {
    return module[name]
  } catch {
    return undefined
  }
}

function describe(value: unknown): string {
  if (isTask(value)) return 'a task'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`
}
