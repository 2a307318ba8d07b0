import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf, judgeImport, judgeTree } from './imports.ts'

test.each([
  ['core/leases.ts', './states.ts'],
  ['db/queries/flows/find.ts', '../../../core/ids.ts'],
  ['db/client.ts', 'drizzle-orm/neon-http'],
  ['api/app.ts', '../db/client.ts'],
  ['api/requests/request-id.ts', 'node:async_hooks'],
  ['api/auth/verify.ts', '../../db/system.ts'],
  ['api/maintenance/sweep.ts', '../../db/system.ts'],
  ['sdk/flow.ts', '../core/states.ts'],
  ['server/prepare-record.ts', '../db/migrate.ts'],
  ['db/migrate.ts', 'node:fs'],
])('%s may import %s', (file, specifier) => {
  expect(judgeImport(file, specifier)).toBeNull()
})

test.each([
  ['core/leases.ts', '../db/client.ts'],
  ['core/leases.ts', 'node:fs'],
  ['db/client.ts', '../api/env.ts'],
  ['db/client.ts', 'node:fs'],
  ['api/app.ts', 'node:crypto'],
  ['api/app.ts', 'node:async_hooks'],
  ['api/requests/request-id.ts', 'node:fs'],
  ['api/app.ts', 'drizzle-orm'],
  ['api/flow-runs/cancel-flow-run.ts', '../../db/system.ts'],
  ['sdk/flow.ts', '../api/errors.ts'],
  ['web/src/lib/run.ts', '../../../db/schema/index.ts'],
  ['server/control-plane.ts', '../api/app.ts'],
  ['server/control-plane.ts', '../db/client.ts'],
  ['examples/hello/hello.ts', '../../sdk/index.ts'],
])('%s may not import %s', (file, specifier) => {
  expect(judgeImport(file, specifier)).toBeTypeOf('string')
})

test('imports are found in every form, and not in comments', () => {
  const text = `import a from 'one'\nimport type { B } from "two"\nexport * from './three.ts'\nimport 'four'\n// import x from 'no'\n/* import y from 'no' */\nconst z = await import('five')\nimport {\n  c,\n} from 'six'`
  expect(importsOf(text).map(({ specifier, values }) => [specifier, values])).toEqual([
    ['one', true],
    ['two', false],
    ['./three.ts', true],
    ['four', true],
    ['five', true],
    ['six', true],
  ])
})

test('a tree is judged file by file, and a room that is missing is not passed over', () => {
  const root = mkdtempSync(join(tmpdir(), 'weir-rooms-'))
  try {
    for (const room of ['core', 'db', 'api', 'sdk', 'server', 'examples']) mkdirSync(join(root, room))
    writeFileSync(join(root, 'core', 'leases.ts'), "import { states } from './states.ts'\nimport { db } from '../db/client.ts'\n")
    expect(judgeTree(root)).toEqual([
      'core/leases.ts:2: ../db/client.ts: core/ may not import db/',
      expect.stringContaining('web/: there is no such room'),
    ])
  } finally {
    rmSync(root, { recursive: true })
  }
})
