/** Reports by way of the worker: it sends them with those of its other runners, and passes the answers back. One is on its way at a time. */
import type { Clocks } from '../../core/fence.ts'
import type { RunAnswer } from '../../core/protocol/reports.ts'
import { NoAnswer, readClocks, type ReportTransport } from '../client/reporting/transport.ts'
import type { AnswerMessage, ReportMessage } from './ipc.ts'

/** A transport whose answers are brought to it. */
export interface IpcTransport extends ReportTransport {
  /** To be called with each `answer` of the worker. */
  answered(message: AnswerMessage): void
}

/** `say` sends a message to the worker and answers whether there still is one. */
export function ipcTransport(say: (message: ReportMessage) => boolean): IpcTransport {
  let pending: { n: number; resolve(answer: { answer: RunAnswer; sent: Clocks }): void } | null = null
  return {
    send(report, urgent) {
      return new Promise((resolve, reject) => {
        if (!say({ type: 'report', report, urgent })) return reject(new NoAnswer('the worker is gone'))
        pending = { n: report.n, resolve }
      })
    },
    answered({ n, answer, answers }) {
      const waiting = pending
      // Taken for the answer to another report, it would have every later one sent twice.
      if (waiting?.n !== n) return
      pending = null
      const here = readClocks()
      waiting.resolve({ answer, sent: { wall: answers, monotonic: here.monotonic - Math.max(0, here.wall - answers) } })
    },
  }
}
