/** What a worker counts of itself, and how Prometheus is told. */
import type { Metric } from '../../core/prometheus.ts'
import type { RunReport } from '../../core/protocol/reports.ts'
import { isFinal } from '../../core/states.ts'

/** Read when somebody asks. */
interface WorkerGauges {
  slots: number
  running: number
  spares: number
  /** Over which a line is open and welcomed; null = not connected. */
  way: 'socket' | 'poll' | null
  /** Reports and facts that the control plane has not answered. */
  waiting: number
}

export interface WorkerCounts {
  assigned(runs: number): void
  handedBack(runs: number): void
  lost(): void
  /** Of a report that is delivered, or tried. */
  reported(report: RunReport): void
  read(gauges: WorkerGauges): Metric[]
}

/** All counters begin at zero with the process. */
export function countWorker(): WorkerCounts {
  const began = performance.now()
  const counts = { assigned: 0, handedBack: 0, lost: 0 }
  const ended = new Map<string, number>([
    ['COMPLETED', 0],
    ['FAILED', 0],
    ['CANCELLED', 0],
    ['CRASHED', 0],
  ])
  return {
    assigned: (runs) => void (counts.assigned += runs),
    handedBack: (runs) => void (counts.handedBack += runs),
    lost: () => void (counts.lost += 1),
    reported({ facts }) {
      for (const fact of facts) {
        if (fact.kind !== 'flow-run-state' || !isFinal(fact.state.type)) continue
        ended.set(fact.state.type, (ended.get(fact.state.type) ?? 0) + 1)
      }
    },
    read({ slots, running, spares, way, waiting }) {
      const one = (name: string, help: string, type: Metric['type'], value: number): Metric => ({ name, help, type, samples: [{ value }] })
      return [
        one('weir_worker_slots', 'Runs that this worker takes at a time.', 'gauge', slots),
        one('weir_worker_slots_used', 'Runs that it holds.', 'gauge', running),
        one('weir_worker_spares', 'Processes that are booted and wait for a run.', 'gauge', spares),
        {
          name: 'weir_worker_connected',
          help: 'Whether the control plane has welcomed it, and over which way.',
          type: 'gauge',
          samples: (['socket', 'poll'] as const).map((name) => ({ labels: { way: name }, value: name === way ? 1 : 0 })),
        },
        one('weir_worker_reports_waiting', 'Reports that the control plane has not answered.', 'gauge', waiting),
        one('weir_worker_connections_lost_total', 'How often the connection was lost.', 'counter', counts.lost),
        one('weir_worker_assignments_total', 'Runs that arrived, those that arrived twice counted twice.', 'counter', counts.assigned),
        one('weir_worker_handed_back_total', 'Runs for which it had no process.', 'counter', counts.handedBack),
        {
          name: 'weir_worker_flow_runs_total',
          help: 'Runs that ended here, by their final state; those whose process was killed are not among them.',
          type: 'counter',
          samples: [...ended].map(([state, value]) => ({ labels: { state }, value })),
        },
        one('process_resident_memory_bytes', 'Memory of the worker itself, without its runs.', 'gauge', process.memoryUsage.rss()),
        one('process_uptime_seconds', 'Since it was started.', 'gauge', (performance.now() - began) / 1000),
      ]
    },
  }
}
