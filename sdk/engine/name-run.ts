/** The name of a flow run: from the flow's template or function, else generated. A broken template costs a warning, never the run. */
import { cutTo, LIMITS } from '../../core/limits.ts'
import { messageOf } from '../errors.ts'
import { generateName } from './names.ts'

/** `weather {day}`, `{order.id}`, or a function of the parameters. */
export type RunName<Parameters> = string | ((context: { flowName: string; parameters: Parameters }) => string)

/** `problem` says why the flow's own name was not used; null when it was, or when there is none. */
export function nameRun(runName: RunName<never> | null, flowName: string, parameters: unknown): { name: string; problem: string | null } {
  if (runName === null) return { name: generateName(), problem: null }
  try {
    const name = typeof runName === 'function' ? runName({ flowName, parameters: parameters as never }) : fill(runName, parameters)
    if (typeof name !== 'string') throw new Error(`it gave ${typeof name}`)
    // Names are shown in lists, links and terminals.
    const clean = name
      .replace(/[\u0000-\u001f\u007f]/g, ' ')
      .replace(/[/%&<>]/g, '-')
      .trim()
    if (clean === '') throw new Error('it gave an empty text')
    return { name: cutTo(clean, LIMITS.name), problem: null }
  } catch (error) {
    return {
      name: generateName(),
      problem: `the run name ${typeof runName === 'string' ? `template "${runName}"` : 'function'} failed: ${messageOf(error)}`,
    }
  }
}

function fill(template: string, parameters: unknown): string {
  return template.replace(/\{([^{}]*)\}/g, (_, path: string) => {
    let value: unknown = parameters
    for (const part of path.trim().split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) throw new Error(`there is no parameter "${path.trim()}"`)
      value = (value as Record<string, unknown>)[part]
    }
    return show(value)
  })
}

function show(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(show).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
