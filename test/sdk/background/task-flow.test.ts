/** A task as a flow of its own: what its function gets. The whole way, over a pool, is in test/e2e/children.test.ts. */
import { expect, test } from 'vitest'
import { taskFlow } from '../../../sdk/background/task-flow.ts'
import type { TaskDefinition } from '../../../sdk/engine/task-definition.ts'
import { task, type TaskContext } from '../../../sdk/index.ts'
import { taskDefinition } from '../../../sdk/task.ts'
import { runFlow } from '../../../sdk/testing.ts'

test.each([null, 2])('a function gets its arguments as they were given, and the context only where it declares one (attempt %s)', async (attempt) => {
  const plain = task({ name: 'plain', results: false }, (n: number, list: number[]) => [n, list])
  const withContext = task({ name: 'with-context', results: false }, (n: number, context: TaskContext) => [n, context.attempt])
  const withDefault = task({ name: 'with-default', results: false }, (n: number, { factor }: { factor: number } = { factor: 3 }) => n * factor)
  const outcomeOf = async (made: object, ...args: (number | number[])[]) => {
    const { value, error } = await runFlow(taskFlow(taskDefinition(made) as TaskDefinition), { arguments: args, ...(attempt && { attempt }) })
    return error ?? value
  }
  expect(await outcomeOf(plain, 1, [2])).toEqual([1, [2]])
  expect(await outcomeOf(withContext, 1)).toEqual([1, attempt ?? 1])
  expect(await outcomeOf(withDefault, 2)).toEqual(6)
})
