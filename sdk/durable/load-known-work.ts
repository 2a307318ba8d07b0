/** Reads what the record knows of a durable run's finished work, page by page, before its code goes on. */
import { askPatiently } from '../client/ask-patiently.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import type { KnownWork, LoadKnownWork } from './finished-work.ts'

const PAGE = `query DurableWork($id: ID!, $after: String) { flowRun(id: $id) { durableWork(after: $after) {
  generation hasMore finished { uuid flowRunId parentTaskRunId name durableKey stateName result { type reference } startTime endTime } } } }`

interface Page {
  generation: number
  hasMore: boolean
  finished: {
    uuid: string
    flowRunId: string
    parentTaskRunId: string | null
    name: string
    durableKey: string
    stateName: string
    result: { type: string; reference: string }
    startTime: string | null
    endTime: string | null
  }[]
}

const instant = (text: string | null): number | null => (text === null ? null : Date.parse(text))

/** Waits for a control plane that is away: without its word, finished work could be run again. */
export const loadKnownWorkFrom =
  (controlPlane: ControlPlane, flowRunId: string): LoadKnownWork =>
  async (signal) => {
    const finished: KnownWork['finished'][number][] = []
    for (let after: string | null = null; ; ) {
      const answer: { flowRun: { durableWork: Page } | null } | null = await askPatiently(controlPlane, PAGE, { id: flowRunId, after }, { signal })
      const page: Page | undefined = answer?.flowRun?.durableWork
      if (!page) return { generation: 0, finished }
      for (const { uuid, startTime, endTime, ...row } of page.finished)
        finished.push({ ...row, taskRunId: uuid, startTime: instant(startTime), endTime: instant(endTime) })
      after = page.finished.at(-1)?.uuid ?? null
      if (!page.hasMore || after === null) return { generation: page.generation, finished }
    }
  }
