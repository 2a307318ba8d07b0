/** The commands of docs/graphql.md, as they stand there. */
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../api/errors.ts'
import page from '../../docs/graphql.md?raw'
import { makeStage, send } from './support.ts'

/** Requests of the page's curl commands, in order. */
const commands = [...page.matchAll(/^curl -sN? \$WEIR_API_URL(\S+)([^\n]*?)(?: -d '([\s\S]*?)\n?')?$/gm)].map(([, path, options, body]) => ({
  path: path as string,
  headers: Object.fromEntries(
    [...(options as string).matchAll(/-H ["']([\w-]+): ([^"']+)["']/g)].map(([, name, value]) => [name as string, value as string]),
  ),
  body,
}))

test('every command of the page works, one after the other', async () => {
  const { key, deployment } = await makeStage()
  let id = ''
  const seen: string[] = []
  for (const { path, headers, body } of commands) {
    const text = body?.replaceAll('RUN_ID', id).replaceAll('DEPLOYMENT_ID', deployment.id)
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('$WEIR_API_KEY', key)]))
    const response = await send(path, text === undefined ? {} : { method: 'POST', headers: sent, body: text })
    expect(response.status, text).toBe(200)
    if (sent['accept'] === 'text/event-stream') {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      let heard = ''
      while (!heard.includes('"cursor"')) {
        const { value, done } = await reader.read()
        if (done) break
        heard += new TextDecoder().decode(value)
      }
      await reader.cancel()
      expect(heard).toContain('"type":"SCHEDULED"')
      seen.push('flowRunChanged')
      continue
    }
    const answer = (await response.json()) as { data?: Record<string, { __typename?: string; flowRun?: { id?: string } }>; errors?: unknown }
    expect(answer.errors, text).toBeUndefined()
    const [[field, result]] = Object.entries(answer.data ?? { readyz: {} }) as [[string, { __typename?: string; flowRun?: { id?: string } }]]
    if (result.__typename) expect(result.__typename, `${text} ${JSON.stringify(answer)}`).toMatch(/Success$/)
    id = result.flowRun?.id ?? id
    seen.push(field)
  }
  expect(seen).toEqual([
    ...['viewer', 'createFlowRun', 'flowRun', 'flowRunChanged', 'deployments', 'flowRuns', 'cancelFlowRun', 'retryFlowRun'],
    ...['cancelFlowRuns', 'operations'],
    ...[
      'pauseDeployment',
      'createWorkQueue',
      'updateDeployment',
      'setVariable',
      'emitEvent',
      'saveBlock',
      'createConcurrencyLimit',
      'apiKeys',
      'createApiKey',
      'auditRows',
      'readyz',
    ],
  ])
})

test('the page names every code', () => {
  const codes: Record<ErrorCode, true> = {
    NOT_FOUND: true,
    CONFLICT: true,
    BAD_USER_INPUT: true,
    LIMIT_EXCEEDED: true,
    FORBIDDEN: true,
    UNAUTHENTICATED: true,
    FORBIDDEN_HOST: true,
    FORBIDDEN_ORIGIN: true,
    CSRF: true,
    BODY_TOO_LARGE: true,
    RATE_LIMITED: true,
    NOT_READY: true,
    INTERNAL: true,
  }
  expect(Object.keys(codes).filter((code) => !page.includes(`\`${code}\``))).toEqual([])
})
