/** When an API key was used last: noted beside the request, at most once a minute from each isolate. */
import type { Instant } from '../../core/instant.ts'
import { noteApiKeyUse } from '../../db/queries/api-keys/api-keys.ts'
import type { Door } from '../door.ts'
import { systemRecordOf } from './system-record.ts'

const NOTED_FOR = 60_000
const MOST_REMEMBERED = 10_000
/** By key: when its use was last noted from here. */
const noted = new Map<string, Instant>()

/** Notes that the key is in use. Nobody waits for it, and a note that fails is only logged. */
export function noteUse(
  { env, log, waitUntil }: Pick<Door, 'env' | 'log' | 'waitUntil'>,
  key: { workspaceId: string; apiKeyId: string },
  now: Instant,
): void {
  const { workspaceId, apiKeyId } = key
  const last = noted.get(apiKeyId)
  if (last !== undefined && now - last < NOTED_FOR) return
  noted.delete(apiKeyId)
  if (noted.size >= MOST_REMEMBERED) noted.delete(noted.keys().next().value as string)
  noted.set(apiKeyId, now)
  waitUntil(
    systemRecordOf(env)
      .inWorkspace(workspaceId)
      .run(noteApiKeyUse(apiKeyId))
      .catch((error: unknown) => log.warn('the use of an API key could not be noted', { error, apiKeyId })),
  )
}
