import { expect, test, vi } from 'vitest'
import { showLog } from '../../../sdk/cli/commands/flow-run/show-log.ts'
import { showStack } from '../../../sdk/cli/show-stack.ts'

const STACK = `Error: it has sunk
    at Object.fn (file:///home/ada/flows/etl.ts:2:147)
    at file:///home/ada/node_modules/weirflow/dist/chunks/chunk-2YJQN5OJ.js:339:56
    at AsyncLocalStorage.run (node:internal/async_local_storage/async_context_frame:65:14)
    at async #run (file:///home/ada/node_modules/weirflow/dist/chunks/chunk-2YJQN5OJ.js:253:14)
    at async load (/home/ada/node_modules/csv/index.js:3:1)
  caused by: at noon`

test('a stack shows the frames of the author and of what they use, not those of Node and of this package', () => {
  expect(showStack(STACK).split('\n')).toEqual([
    'Error: it has sunk',
    '    at Object.fn (file:///home/ada/flows/etl.ts:2:147)',
    '    at async load (/home/ada/node_modules/csv/index.js:3:1)',
    '  caused by: at noon',
  ])
})

test('a stack of nothing else stays whole, and so does every stack with WEIR_DEBUG', () => {
  const inner = 'Error: x\n    at node:internal/timers:1:1'
  expect(showStack(inner)).toBe(inner)
  vi.stubEnv('WEIR_DEBUG', '1')
  expect(showStack(STACK)).toBe(STACK)
  vi.unstubAllEnvs()
})

test('what would move a terminal does not reach it', () => {
  expect(showStack('Error: \u001b[31mred\n    at a.ts:1:1')).toBe('Error: \\x1b[31mred\n    at a.ts:1:1')
})

test('an error among the fields of a log line is told in one line, and its stack stands below', () => {
  const written: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  vi.stubEnv('NO_COLOR', '1')
  const error = {
    name: 'Error',
    message: 'it has sunk',
    stack: STACK,
    cause: { name: 'Error', message: 'a hole', stack: 'Error: a hole\n    at hull (/home/ada/flows/hull.ts:1:1)' },
  }
  const line = {
    time: '2026-01-01T00:00:00.000Z',
    level: 'ERROR',
    message: 'failed',
    fields: { error, rows: 3 },
    source: null,
    taskRunId: null,
    taskRunName: null,
    cursor: '',
  }
  showLog(line as never, false)
  write.mockRestore()
  vi.unstubAllEnvs()
  expect(
    written
      .join('')
      .split('\n')
      .slice(0, -1)
      .map((text) => text.slice(14)),
  ).toEqual([
    'ERROR  failed {"error":{"name":"Error","message":"it has sunk","cause":{"name":"Error","message":"a hole"}},"rows":3}',
    '       Error: it has sunk',
    '           at Object.fn (file:///home/ada/flows/etl.ts:2:147)',
    '           at async load (/home/ada/node_modules/csv/index.js:3:1)',
    '         caused by: at noon',
    '       Error: a hole',
    '           at hull (/home/ada/flows/hull.ts:1:1)',
  ])
})
