/** `task.serve()` and `weir task serve`: a worker that takes background runs of these tasks, each in a process of its own. */
import { hostname } from 'node:os'
import { openControlPlane } from '../deployments/deploy.ts'
import { serveDeployments } from '../deployments/serve.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import { UsageError } from '../errors.ts'
import { AFTER_CRASH, makeTaskQueue, taskDeployment, TASKS } from './save-task.ts'

/** How tasks are served. */
export interface ServeTasksOptions {
  /** Runs at a time in all; by default 10. */
  limit?: number
  /** Aborting it ends the serving, like the first Ctrl-C. */
  signal?: AbortSignal
  /** Told once runs are taken. */
  onReady?(): void
}

/** Resolves when the process was told to stop and what ran has ended. Rejects when the control plane refuses. */
export async function serveAll(tasks: readonly TaskDefinition[], { limit, signal, onReady }: ServeTasksOptions = {}): Promise<void> {
  if (tasks.length === 0) throw new UsageError('there is no task to serve')
  const names = [...new Set(tasks.map(({ name }) => name))]
  if (names.length < tasks.length)
    throw new UsageError(`two tasks have the same name (${names.find((name) => tasks.filter((task) => task.name === name).length > 1)})`)
  const controlPlane = openControlPlane('serve')
  for (const name of names) await makeTaskQueue(controlPlane, name)
  const deployments = tasks.map((task) => taskDeployment(task, { name: TASKS.deployment, queue: task.name, afterCrash: AFTER_CRASH }))
  await serveDeployments(
    deployments,
    {
      pool: TASKS.pool,
      pauseOnStop: false,
      ...(limit === undefined ? {} : { limit }),
      ...(signal ? { signal } : {}),
      ...(onReady ? { onReady: () => onReady() } : {}),
    },
    { queues: names, name: `tasks-${hostname()}-${process.pid}` },
  )
}
