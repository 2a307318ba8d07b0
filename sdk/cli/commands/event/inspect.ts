import { printDetails } from '../../details.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine, safeText } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showInstant } from '../../show-time.ts'
import { print, printJson, style } from '../../terminal.ts'
import { FIND } from './documents.ts'
import { eventJson } from './event-json.ts'

/** `weir event inspect ID`. */
export async function execute([id]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const { event } = await client.ask(FIND, { id })
  if (!event) throw wrongUse('NOT_FOUND', `There is no event ${id}, or it is older than seven days.`, 'List them: weir event ls')
  const shown = eventJson(event)
  if (json) return printJson(shown)
  const withLabels = (one: string, labels: Record<string, string>) =>
    safeLine(Object.keys(labels).length === 0 ? one : `${one} ${JSON.stringify(labels)}`)
  printDetails(style('bold', safeLine(event.name)), [
    ['Resource', withLabels(event.resource.id, event.resource.labels)],
    ['Id', event.uuid],
    ['Occurred', showInstant(event.occurred)],
    ['Received', showInstant(event.receivedAt)],
    ['Follows', event.follows],
    ['Flow run', shown.flowRunId],
    ['Task run', shown.taskRunId],
    ...event.related.map(({ id, role, labels }): [string, string] => [safeLine(`As ${role}`), withLabels(id, labels)]),
  ])
  if (Object.keys(event.payload).length === 0) return
  print('')
  print(safeText(JSON.stringify(event.payload, null, 2)))
}
