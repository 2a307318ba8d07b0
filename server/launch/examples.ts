/** The examples that `npm start` deploys. The main one is run once. */

/** A flow of the repository, and the deployment that is made of it. */
export interface Example {
  /** From the repository's root. */
  file: string
  /** Exported name of the flow. */
  flow: string
  /** Of the deployment. */
  name: string
}

/** The first one is the main example. */
export const EXAMPLES: Example[] = [
  { file: 'examples/weather/flow.ts', flow: 'weather', name: 'weather' },
  { file: 'examples/hello/flow.ts', flow: 'hello', name: 'hello' },
  { file: 'examples/fan-out/flow.ts', flow: 'fanOut', name: 'fan-out' },
  { file: 'examples/slow/flow.ts', flow: 'slow', name: 'slow' },
  { file: 'examples/fails/flow.ts', flow: 'fails', name: 'fails' },
  { file: 'examples/subflows/flow.ts', flow: 'subflows', name: 'subflows' },
  { file: 'examples/subflows/flow.ts', flow: 'cityReport', name: 'city-report' },
]

/** `flow/deployment` of the main example. */
export const MAIN_EXAMPLE = 'weather/weather'
