/** The built control plane for tests: on a free port, in a home of its own, which is removed with its data when the test (or the file) ends. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fillHome } from '../../server/fill-home.ts'
import { openHome } from '../../server/home.ts'
import type { ControlPlane, ControlPlaneOptions } from '../../server/index.ts'
import { removePostgresData } from '../../server/postgres/start-postgres.ts'

const built = join(import.meta.dirname, '..', '..', 'server', 'dist', 'index.mjs')

/** Path of the built module, for scripts that tests start. */
export const BUILT_SERVER = pathToFileURL(built).href

/** An empty home. Remove it with `removeHome`. */
export const makeHome = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'weir-home-')))

/** Makes the database of an empty home: the first start on it finds the schema and nothing else. For tests that are not about making it. */
export const fill = (home: string): Promise<void> => fillHome(openHome(home))

/** An empty home with its database. */
export async function makeFilledHome(): Promise<string> {
  const home = makeHome()
  await fill(home)
  return home
}

/** Removes a home and its database, wherever that lies. Nothing may run on it any more. */
export async function removeHome(home: string): Promise<void> {
  await removePostgresData(openHome(home).postgres)
  rmSync(home, { recursive: true, force: true })
}

/** Starts the built control plane; the caller stops it. */
export async function startBuiltControlPlane(options: Omit<ControlPlaneOptions, 'port'> & { home: string; port?: number }): Promise<ControlPlane> {
  const { startControlPlane } = (await import(/* @vite-ignore */ BUILT_SERVER)) as typeof import('../../server/index.ts')
  return await startControlPlane({ port: 0, ...options })
}

/** Asks the GraphQL API with the admin key; the `data`, or an error with what it said. */
export async function ask<Data>(plane: { url: string; adminKey: string }, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch(`${plane.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.adminKey}` },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] }
  if (!answer.data || answer.errors) throw new Error(answer.errors?.map(({ message }) => message).join(', ') ?? `${response.status}`)
  return answer.data
}
