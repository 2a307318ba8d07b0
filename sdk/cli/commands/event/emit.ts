import { wrongUse } from '../../failure.ts'
import { readInstant } from '../../read-instant.ts'
import { readObject, readText, readValue } from '../../read-parameters.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson } from '../../terminal.ts'
import { EMIT } from './documents.ts'
import { eventJson } from './event-json.ts'

interface Options extends CommonOptions {
  resourceId?: string
  resource?: string
  related?: string[]
  payload?: string
  occurred?: string
  follows?: string
  id?: string
}

/** `weir event emit NAME --resource-id ID`. */
export async function execute([name]: [string], options: Options): Promise<void> {
  const { occurred, follows, id, payload } = options
  const input = {
    name,
    resource: resourceOf(options),
    ...(options.related === undefined ? {} : { related: options.related.flatMap(relatedOf) }),
    ...(payload === undefined ? {} : { payload: readObject(readText(payload, '--payload'), '--payload') }),
    ...(occurred === undefined ? {} : { occurred: readInstant(occurred) }),
    ...(follows === undefined ? {} : { follows }),
    ...(id === undefined ? {} : { id }),
  }
  const { client, json } = openSession(options)
  const { event, created } = successOf((await client.ask(EMIT, { input })).emitEvent)
  if (json) return printJson({ ...eventJson(event), created })
  const what = `${safeLine(event.name)} of ${safeLine(event.resource.id)}`
  print(created ? `Emitted ${what}, event ${event.uuid}` : `There is an event ${event.uuid} already: ${what}`)
}

/** `--resource-id` goes before the id in `--resource`. */
function resourceOf({ resourceId, resource }: Options): Record<string, unknown> {
  const given = resource === undefined ? {} : partsOf(readObject(readText(resource, '--resource'), '--resource'), ['id', 'labels'], '--resource')
  const { id = resourceId } = resourceId === undefined ? given : { id: resourceId }
  if (id === undefined) throw wrongUse('NO_RESOURCE', 'An event happens to something: it needs --resource-id ID.')
  return { ...given, id: textOf(id, '--resource: id') }
}

/** One, or a list of them. */
function relatedOf(text: string): Record<string, unknown>[] {
  const value = readValue(readText(text, '--related'))
  return (Array.isArray(value) ? value : [value]).map((one) => {
    const given = partsOf(one, ['id', 'role', 'labels'], '--related')
    return { ...given, id: textOf(given['id'], '--related: id'), role: textOf(given['role'], '--related: role') }
  })
}

function partsOf(value: unknown, known: readonly string[], option: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongUse('BAD_JSON', `${option} must be a JSON object of ${known.join(', ')}.`)
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined) throw wrongUse('BAD_JSON', `${option} has no field "${unknown}"; there are ${known.join(', ')}.`)
  return value as Record<string, unknown>
}

function textOf(value: unknown, place: string): string {
  if (typeof value !== 'string') throw wrongUse('BAD_JSON', `${place} must be a text${value === undefined ? ', and is missing' : ''}.`)
  return value
}
