import { expect, test, vi } from 'vitest'
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
