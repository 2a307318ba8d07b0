/** Metrics as Prometheus reads them: its text format, version 0.0.4. */

export interface Metric {
  /** `weir_flow_runs`; counters end in `_total`, units are in the name (`_seconds`, `_bytes`). */
  name: string
  /** One sentence. */
  help: string
  type: 'gauge' | 'counter' | 'histogram'
  /** `suffix`: of a histogram's parts, `_bucket` (added up, with the label `le`), `_sum` and `_count`. */
  samples: { suffix?: string; labels?: Readonly<Record<string, string>>; value: number }[]
}

/** Content type of the text. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The text; each metric's name may come once. */
export const renderMetrics = (metrics: readonly Metric[]): string =>
  metrics
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'))}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${renderLabels(labels)} ${renderValue(value)}`),
      ].join('\n'),
    )
    .join('\n')
    .concat('\n')

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`))}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const renderValue = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
