/** Hearing that a list of the workspace has changed, for what is read anew then. One stream for all lists and all pages that listen. */
import { graphql } from '#lib/graphql/generated/index.ts'
import type { ChangesSubscription, ChangeTopic } from '#lib/graphql/generated/graphql.ts'
import { listen } from './hub.svelte.ts'

const changesDocument = graphql(`
  subscription Changes($topics: [ChangeTopic!]!, $since: String) { changes(topics: $topics, since: $since) { cursor reset topics } }
`)

/** All that pages listen to: who wants less is told less. */
const TOPICS: ChangeTopic[] = ['FLOW_RUNS', 'DEPLOYMENTS', 'WORK_POOLS', 'VARIABLES', 'BLOCKS', 'CONCURRENCY_LIMITS', 'OPERATIONS']

/** Calls `onchange` when the stream is up, and whenever one of the lists has changed. The answer stops it. */
export const watchChanges = (topics: readonly ChangeTopic[], onchange: () => void): (() => void) =>
  listen({
    wanted: { key: 'changes', document: changesDocument, variables: { topics: TOPICS }, cursorVariable: 'since' },
    onRegistered: onchange,
    onMessage: (data) => {
      if ((data as ChangesSubscription).changes.topics.some((topic) => topics.includes(topic))) onchange()
    },
  })
