import { expect, test } from 'vitest'
import { renderMetrics } from '../../core/prometheus.ts'

test('metrics read as Prometheus wants them, whatever stands in labels and help', () => {
  const text = renderMetrics([
    { name: 'weir_up', help: 'One\nand \\ two.', type: 'gauge', samples: [{ value: 1 }] },
    {
      name: 'weir_runs_total',
      help: 'Runs.',
      type: 'counter',
      samples: [
        { labels: { state: 'COMPLETED', pool: 'a"b\\c\nd' }, value: 3 },
        { labels: { state: 'FAILED' }, value: 0.5 },
        { labels: { state: 'LATE' }, value: Number.POSITIVE_INFINITY },
        { labels: { state: 'ODD' }, value: Number.NaN },
      ],
    },
    {
      name: 'weir_seconds',
      help: 'How long.',
      type: 'histogram',
      samples: [
        { suffix: '_bucket', labels: { le: '+Inf' }, value: 2 },
        { suffix: '_sum', value: 0.75 },
        { suffix: '_count', value: 2 },
      ],
    },
  ])
  expect(text).toBe(`# HELP weir_up One\\nand \\\\ two.
# TYPE weir_up gauge
weir_up 1
# HELP weir_runs_total Runs.
# TYPE weir_runs_total counter
weir_runs_total{state="COMPLETED",pool="a\\"b\\\\c\\nd"} 3
weir_runs_total{state="FAILED"} 0.5
weir_runs_total{state="LATE"} +Inf
weir_runs_total{state="ODD"} NaN
# HELP weir_seconds How long.
# TYPE weir_seconds histogram
weir_seconds_bucket{le="+Inf"} 2
weir_seconds_sum 0.75
weir_seconds_count 2
`)
})
