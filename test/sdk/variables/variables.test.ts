/** What `variables` makes of the answers of a control plane, and of their absence. The real one answers in test/e2e/testing.test.ts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { UsageError, variables } from '../../../sdk/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

let server: Server | null = null
afterEach(() => {
  vi.unstubAllEnvs()
  server?.close()
  server?.closeAllConnections()
  server = null
})

/** A workspace whose variables are these; `failing` answers come first. */
async function answering(values: Record<string, unknown>, failing = 0): Promise<void> {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (failing-- > 0) return response.writeHead(502).end('<html>')
      const { query, variables: given } = JSON.parse(body) as {
        query: string
        variables: { name?: string; input?: { id?: string; name: string; value: unknown } }
      }
      const { input } = given
      if (input?.id !== undefined) {
        delete values[input.id]
        return response.end(JSON.stringify({ data: { gone: { __typename: 'DeleteVariableSuccess' } } }))
      }
      const taken = input && input.name in values && query.includes('createVariable')
      if (input && !taken) values[input.name] = input.value
      const made = taken
        ? { __typename: 'ConflictError', code: 'CONFLICT', message: 'There is a variable already.', hint: 'x' }
        : { __typename: 'Success' }
      const variable = given.name !== undefined && given.name in values ? { id: given.name, value: values[given.name] } : null
      response.end(JSON.stringify({ data: input ? { made } : { variable } }))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('WEIR_API_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('WEIR_API_KEY', 'key')
}

test('values are read, with a fallback for what is not there, and set, overwritten only when asked to', async () => {
  const values: Record<string, unknown> = { cities: ['Oslo'], none: null }
  await answering(values, 1)
  expect(await variables.get('cities')).toEqual(['Oslo'])
  expect(await variables.get('none', 1)).toBe(null)
  expect(await variables.get('missing', 'fallback')).toBe('fallback')
  expect(await variables.get('missing')).toBe(undefined)
  await variables.set('day', { at: new Date('2026-01-01T00:00:00Z') })
  expect(values['day']).toEqual({ at: '2026-01-01T00:00:00.000Z' })
  await expect(variables.set('day', 2)).rejects.toMatchObject({ code: 'conflict', hint: 'Pass { overwrite: true } to give it another value.' })
  await variables.set('day', 2, { overwrite: true, tags: ['x'] })
  expect(values['day']).toBe(2)
  for (const value of [undefined, () => 1, 1n]) await expect(variables.set('day', value)).rejects.toBeInstanceOf(UsageError)
  await expect(variables.get('No Name')).rejects.toThrow('needs a name of 1 to 255 of a-z')
})

test('a variable is deleted, which says whether there was one', async () => {
  const values: Record<string, unknown> = { day: 1 }
  await answering(values)
  expect(await variables.unset('day')).toBe(true)
  expect(values).toEqual({})
  expect(await variables.unset('day')).toBe(false)
  await expect(variables.unset('No Name')).rejects.toThrow('needs a name of 1 to 255 of a-z')
})

test('with no control plane the fallback is taken, and without one it is an error', async () => {
  vi.stubEnv('WEIR_API_URL', '')
  vi.stubEnv('WEIR_PROFILE', '')
  vi.stubEnv('WEIR_HOME', temporaryFolder())
  expect(await variables.get('cities', ['Lima'])).toEqual(['Lima'])
  await expect(variables.get('cities')).rejects.toThrow('needs a control plane, and none is configured')
  await expect(variables.set('cities', [])).rejects.toBeInstanceOf(UsageError)
  await expect(variables.unset('cities')).rejects.toBeInstanceOf(UsageError)
})
