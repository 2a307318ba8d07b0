import type { TaskRunRow } from './documents.ts'

/** The shape of a task run in `-o json`; stable. Run time in seconds. */
export const taskRunJson = (task: TaskRunRow, flowRunId: string) => ({
  id: task.uuid,
  flowRunId,
  name: task.name,
  taskKey: task.taskKey,
  dynamicKey: task.dynamicKey,
  tags: task.tags,
  state: { type: task.state.type, name: task.state.name, message: task.state.message, timestamp: task.state.timestamp },
  runCount: task.runCount,
  runTime: task.runTime,
  startTime: task.startTime,
  endTime: task.endTime,
})
