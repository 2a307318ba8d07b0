import { pathToFileURL } from 'node:url'
import { serveAll } from '../../../background/serve-tasks.ts'
import { everyMade } from '../../../engine/task-origin.ts'
import type { TaskDefinition } from '../../../engine/task-definition.ts'
import { importModule } from '../../../runner/import-module.ts'
import { wrongUse } from '../../failure.ts'
import { readEntrypoint } from '../../load-flow.ts'
import { nearest } from '../../nearest.ts'
import { serveFor } from '../../serve-for.ts'
import type { CommonOptions } from '../../session.ts'

interface Options extends CommonOptions {
  limit: number
}

/** `weir task serve FILE…`: serves until it is told to stop. */
export async function execute(files: string[], options: Options): Promise<void> {
  const tasks = new Set<TaskDefinition>()
  for (const text of files) for (const task of await tasksOf(text)) tasks.add(task)
  await serveFor(options, () => serveAll([...tasks], { limit: options.limit }))
}

async function tasksOf(text: string): Promise<TaskDefinition[]> {
  const { file, exportName: name } = readEntrypoint(text)
  try {
    await importModule(text, file)
  } catch (error) {
    throw wrongUse('CANNOT_LOAD', (error as Error).message, (error as { hint?: string }).hint ?? 'Expected a file that makes tasks.')
  }
  const made = everyMade(pathToFileURL(file).href)
  const names = made.map((task) => task.name)
  if (made.length === 0) throw wrongUse('NO_TASK', `${file} makes no tasks.`, 'Make them at its top level: export const send = task({ name }, …).')
  if (name === null) return made
  const found = made.filter((task) => task.name === name)
  if (found.length > 0) return found
  const near = nearest(name, names)
  throw wrongUse('NO_TASK', `${file} makes no task "${name}".`, near ? `Did you mean ${near}?` : `Its tasks are ${names.join(', ')}.`)
}
