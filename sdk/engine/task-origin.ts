/**
 * Where a task was made, so that another thread or process can make it again: it imports the same module and finds the task under the same key. Tasks made
 * later than their module is loaded (inside functions) have an origin, too, but nobody finds them there.
 */
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../errors.ts'
import type { TaskDefinition, TaskOrigin } from './task-definition.ts'

const KEY = Symbol.for('weirflow.made-tasks')

interface MadeTasks {
  counts: Map<string, number>
  found: Map<string, TaskDefinition>
  /** By module and name; also changed copies, which are found under their original's key. */
  named: Map<string, TaskDefinition>
  /** This thread only runs tasks. */
  serves: boolean
}

/** One per thread, shared by all copies of the package. */
const made: MadeTasks = ((globalThis as { [KEY]?: MadeTasks })[KEY] ??= { counts: new Map(), found: new Map(), named: new Map(), serves: false })

/** The origin of a task that is being made, by the scripts on the stack (`util.getCallSites`), innermost first. Null for code without a file. */
export function originOf(name: string, scripts: readonly string[]): TaskOrigin | null {
  const addresses = [...new Set(scripts.flatMap(addressOf))]
  const [own, ...outer] = addresses
  if (own === undefined) return null
  const modules = [own, ...outer.filter((address) => !address.includes('/node_modules/'))]
  const place = `${own}#${name}`
  const count = made.counts.get(place) ?? 0
  made.counts.set(place, count + 1)
  return { modules, key: `${place}#${count}` }
}

function addressOf(script: string): string[] {
  if (script.startsWith('file:')) return [script.replace(/[?#].*$/, '')]
  return isAbsolute(script) ? [pathToFileURL(script).href] : []
}

/** Of tasks that are made again and again (inside functions) only the first ones are kept. */
const KEPT = 16

/** Keeps the task where it can be found; the first one that was made under a key stays. */
export function keepMade(task: TaskDefinition): void {
  const { origin, name } = task
  if (!origin) return
  if (!made.found.has(origin.key) && Number(/\d+$/.exec(origin.key)?.[0]) < KEPT) made.found.set(origin.key, task)
  for (const module of origin.modules) if (!made.named.has(`${module}#${name}`)) made.named.set(`${module}#${name}`, task)
}

/** From now on this thread runs nothing but tasks. */
export function onlyServeTasks(): void {
  made.serves = true
}

/** A task that was loaded before. */
export const lookUpMade = (key: string): TaskDefinition | undefined => made.found.get(key)

/** The first task of this name that was made while the module at `address` was loaded; undefined when there is none. */
export const findMadeByName = (address: string, name: string): TaskDefinition | undefined => made.named.get(`${address}#${name}`)

/** The tasks that were made while the module at `address` was loaded; without one all that were made outside of packages. */
export const everyMade = (address?: string): TaskDefinition[] => [
  ...new Set(
    [...made.named.values()].filter(({ origin }) => (address ? origin?.modules.includes(address) : !origin?.modules[0]?.includes('/node_modules/'))),
  ),
]

/** Whether this thread only runs tasks: flows that a module calls while it is loaded must not run again here. */
export const onlyServesTasks = (): boolean => made.serves

/**
 * Imports the modules of the origin, the innermost first, until the task is there; undefined when it is in none of them. Rejects when its own module cannot be
 * imported, or another one cannot be loaded twice.
 */
export async function findMade({ modules, key }: TaskOrigin): Promise<TaskDefinition | undefined> {
  for (const [at, address] of modules.entries()) {
    const found = made.found.get(key)
    if (found) return found
    try {
      await import(address)
    } catch (error) {
      // What merely stood further out on the stack may be anything.
      if (at === 0 || error instanceof UsageError) throw error
    }
  }
  return made.found.get(key)
}
