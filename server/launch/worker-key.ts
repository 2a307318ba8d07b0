/** The worker of this machine has a key of its own, which can serve a pool and nothing else. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSecret } from '../home.ts'
import type { ControlPlane } from '../index.ts'

const CREATE = `mutation CreateWorkerKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { key } ... on Error { message } }
}`

/** The worker's key; made at the first start and kept in `worker.key` (0600) of the home. */
export async function workerKey(plane: ControlPlane): Promise<string> {
  const file = join(plane.home, 'worker.key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const response = await fetch(`${plane.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.adminKey}` },
    body: JSON.stringify({ query: CREATE, variables: { input: { name: 'worker of this machine', role: 'WORKER' } } }),
  })
  const answer = (await response.json()) as { data?: { createApiKey?: { key?: string; message?: string } }; errors?: { message: string }[] }
  const key = answer.data?.createApiKey?.key
  if (!key)
    throw new Error(`The worker's key could not be made: ${answer.data?.createApiKey?.message ?? answer.errors?.[0]?.message ?? response.status}`)
  writeSecret(file, `${key}\n`)
  return key
}
