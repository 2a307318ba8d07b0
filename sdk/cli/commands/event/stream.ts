import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showClock } from '../../show-time.ts'
import { print, printJsonLine, say, style, styleError } from '../../terminal.ts'
import { END, type EventRow, NEW } from './documents.ts'
import { eventFilter, type FilterOptions } from './event-filter.ts'
import { eventJson } from './event-json.ts'

/** Milliseconds between two looks. */
const INTERVAL = 1_000
/** How long a control plane that does not answer is asked again. */
const PATIENCE = 120_000
/** Words for "later". */
const LATER = new Set(['UNREACHABLE', 'NOT_READY', 'RATE_LIMITED'])

/** `weir event stream`: what is stored from now on, in the order in which it is; with `--run-once` the first of it. */
export async function execute(_: string[], options: CommonOptions & FilterOptions & { runOnce?: boolean }): Promise<void> {
  const { client, json } = openSession(options)
  const filter = await eventFilter(client, options)
  let after = await endOf(client)
  say(styleError('dim', 'Waiting for events; Ctrl-C ends it.'))
  for (;;) {
    const { events, next, isFull } = await patiently(() => lookAfter(client, after, filter))
    for (const event of events) {
      show(event, json)
      if (options.runOnce) return
    }
    after = next
    if (!isFull) await sleep(INTERVAL)
  }
}

const endOf = async (client: GraphqlClient): Promise<string | null> => (await client.ask(END, {})).events.pageInfo.endCursor

/** What has come after the cursor, and the cursor of the next look. */
async function lookAfter(
  client: GraphqlClient,
  after: string | null,
  filter: Record<string, unknown> | null,
): Promise<{ events: EventRow[]; next: string | null; isFull: boolean }> {
  // Where the look begins to be of no use again: all before it has been seen then, whether or not it is in the filter.
  const end = filter === null ? null : await endOf(client)
  const { nodes, pageInfo } = (await client.ask(NEW, { after, filter })).events
  return { events: nodes, next: pageInfo.endCursor ?? end ?? after, isFull: pageInfo.hasNextPage }
}

/** The same question again while nobody answers. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const until = Date.now() + PATIENCE
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Failure) || !LATER.has(error.code) || Date.now() > until) throw error
      say(styleError('dim', `… ${error.message} Trying again.`))
      await sleep(INTERVAL * 2)
    }
  }
}

function show(event: EventRow, json: boolean): void {
  if (json) return printJsonLine(eventJson(event))
  const payload = Object.keys(event.payload).length === 0 ? '' : `  ${style('dim', safeLine(JSON.stringify(event.payload)))}`
  print(`${style('dim', showClock(event.occurred))}  ${style('bold', safeLine(event.name))}  ${safeLine(event.resource.id)}${payload}`)
}
