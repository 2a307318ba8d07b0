/** What tests of the API's doors share: workspaces with keys, and a GraphQL client that speaks to the real Worker. */
import { env, exports } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { formatApiKey } from '../../core/api-key.ts'
import { newId } from '../../core/ids.ts'
import { connectSystem, type SystemDb } from '../../db/system.ts'
import { sqlStatement, systemStatement } from '../../db/statement.ts'
import type { Role } from '../../api/auth/actor.ts'
import { hashSecret } from '../../api/auth/hash-secret.ts'
import { toBase64Url } from '../../api/auth/signature.ts'
import type { Env } from '../../api/env.ts'

/** The bindings under test. */
export const bindings = env as unknown as Env

/** The record across workspaces. */
export const system: SystemDb = connectSystem({
  url: bindings.SYSTEM_DATABASE_URL,
  fetch: ((input: RequestInfo, init?: RequestInit) => bindings.SQL!.fetch(input, init)) as typeof fetch,
})

/** A request to the real Worker. */
export const send = (path: string, init: RequestInit = {}, base = bindings.PUBLIC_URL): Promise<Response> =>
  (exports as unknown as { default: Fetcher }).default.fetch(new Request(`${base}${path}`, { redirect: 'manual', ...init }) as never)

/** A new workspace. */
export async function makeWorkspace(): Promise<string> {
  const id = newId()
  await system.run(
    systemStatement(
      sqlStatement(
        () => sql`
          with account as (insert into accounts (id, name, created_at) values (${id}::uuid, 'test', now()) returning id)
          insert into workspaces (id, account_id, name, handle, created_at) select ${id}::uuid, id, 'test', ${`w-${id}`}, now() from account`,
        () => undefined,
      ),
    ),
  )
  return id
}

/** A new API key of a workspace. */
export async function makeKey(workspaceId: string, role: Role = 'ADMIN', { expired = false, revoked = false } = {}): Promise<string> {
  const id = newId()
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
  const hash = await hashSecret(secret)
  await system.run(
    systemStatement(
      sqlStatement(
        () => sql`
          insert into api_keys (workspace_id, id, name, role, secret_hash, created_at, expires_at, revoked_at)
          values (${workspaceId}::uuid, ${id}::uuid, ${role.toLowerCase()}, ${role}, ${hash}, now(),
            case when ${expired} then now() - interval '1 minute' end, case when ${revoked} then now() end)`,
        () => undefined,
      ),
    ),
  )
  return formatApiKey({ cell: bindings.CELL, id, secret })
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the one that the query asks for
  data: any
  errors: { message: string; path?: unknown[]; extensions: { code: string; requestId: string; [name: string]: unknown } }[] | undefined
}

/** GraphQL with a key (or any other headers). */
export type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Answer>

export const askWith =
  (headers: Record<string, string>): Ask =>
  async (query, variables) => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) }
  }

export const askAs = (key: string): Ask => askWith({ authorization: `Bearer ${key}` })

/** A workspace with an ADMIN key, a pool and a deployment `etl/nightly`. */
export async function makeStage(parameterSchema: Record<string, unknown> | null = null) {
  const workspaceId = await makeWorkspace()
  const key = await makeKey(workspaceId)
  const ask = askAs(key)
  const made = await ask(
    `mutation ($deployment: SaveDeploymentInput!) {
      createWorkPool(input: { name: "local" }) { ... on CreateWorkPoolSuccess { workPool { id uuid } } ... on Error { message } }
      saveDeployment(input: $deployment) { ... on SaveDeploymentSuccess { deployment { id uuid } created changed } ... on Error { message code path } }
    }`,
    { deployment: { flowName: 'etl', name: 'nightly', entrypoint: 'etl.ts:etl', path: '/flows', workPoolName: 'local', parameterSchema } },
  )
  return {
    workspaceId,
    key,
    ask,
    workPool: made.data.createWorkPool.workPool as { id: string; uuid: string },
    deployment: made.data.saveDeployment.deployment as { id: string; uuid: string },
  }
}

export const CREATE = `mutation ($input: CreateFlowRunInput!) {
  createFlowRun(input: $input) {
    __typename
    ... on CreateFlowRunSuccess { existed warnings flowRun { id uuid name state { type name } parameters tags } }
    ... on ValidationError { message code path hint issues { path message expected } }
    ... on Error { message code path hint }
  }
}`
