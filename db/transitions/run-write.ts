import type { Change } from '../../core/change.ts'
import type { ArtifactFact, ChildFlowRunFact, EventFact, LogFact, LogLine, TaskRunFact } from '../../core/protocol/reports.ts'

/** One run's change and what is stored with it. Times of facts are already shifted to the server's clock. */
export interface RunWrite {
  change: Change
  /** In the order of the report. Of the run itself or of its subflows. */
  facts?: readonly StoredFact[]
  /** What the run is called from now on. */
  name?: string
  /** What its process printed; stored once per `chunkId`. */
  output?: readonly { chunkId: string; lines: LogLine[] }[]
  /** The holder's name for process, container or job. */
  infrastructureId?: string
  /** The process has ended: noted in the row, until the lease ends. */
  exit?: { code: number | null; signal: string | null; stderr?: string }
}

type StoredFact = TaskRunFact | LogFact | ArtifactFact | EventFact | ChildFlowRunFact
