import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import {
  asyncRunner,
  cache,
  currentTransaction,
  Failed,
  flow,
  localFiles,
  type ResultStore,
  task,
  type Transaction,
  transaction,
  type TransactionOptions,
} from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-transactions-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const freshStore = (): ResultStore => localFiles(join(folder, String(count++)))

/** Tasks that note what happens to them. */
function noting() {
  const notes: string[] = []
  const write = task(
    {
      name: 'write',
      onCommit: [(_, { args, value }) => void notes.push(`commit ${args[0]}=${value}`)],
      onRollback: [async (_, { args }) => void notes.push(`undo ${args[0]}`)],
    },
    async (name: string) => {
      if (name.startsWith('bad')) throw new Error(`cannot write ${name}`)
      notes.push(`write ${name}`)
      return name.length
    },
  )
  return { notes, write }
}
const run = <T>(body: () => T) => runFlow(flow({ name: 'f' }, body))

test('hooks of a transaction that succeeds run at its end, in order', async () => {
  const { notes, write } = noting()
  const done = await run(async () => {
    const value = await transaction(async () => {
      await write('a')
      await write('bb')
      notes.push('end of body')
      return 'value'
    })
    return [value, notes.at(-1)]
  })
  expect(done.value).toEqual(['value', 'commit bb=2'])
  expect(notes).toEqual(['write a', 'write bb', 'end of body', 'commit a=1', 'commit bb=2'])
})

test('an error undoes what had completed, the last thing first, and goes on to the caller; what failed has nothing to undo', async () => {
  const { notes, write } = noting()
  const failed = await run(() =>
    transaction(async () => {
      await write('a')
      await write('bb')
      await write('bad')
    }),
  )
  expect(failed.error).toMatchObject({ message: 'cannot write bad' })
  expect(notes).toEqual(['write a', 'write bb', 'undo bb', 'undo a'])
  expect(failed.logs.find(({ message }) => message.includes('rolled back'))?.message).toBe('the transaction is rolled back: cannot write bad')
})

test('an error that the body catches undoes nothing', async () => {
  const { notes, write } = noting()
  await run(() =>
    transaction(async () => {
      await write('a')
      await write('bad').catch(() => {})
    }),
  )
  expect(notes).toEqual(['write a', 'commit a=1'])
})

test('a body undoes by asking for it, and by returning something that did not complete', async () => {
  const { notes, write } = noting()
  const asked = await run(() =>
    transaction(async (tx) => {
      await write('a')
      tx.rollback('second thoughts')
    }),
  )
  expect(asked.error).toMatchObject({ code: 'transaction_rolled_back', message: 'the transaction was rolled back: second thoughts' })
  expect(asked.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
    'the transaction was rolled back: second thoughts',
  ])
  await run(() => transaction(async () => [await write('bb'), Failed({ message: 'no' })]))
  await run(() => transaction(() => [write.submit('ccc'), write.submit('bad')]))
  expect(notes).toEqual(['write a', 'undo a', 'write bb', 'undo bb', 'write ccc', 'undo ccc'])
})

test('what was started beside the body belongs to it, and is waited for', async () => {
  const { notes, write } = noting()
  const slow = task({ name: 'slow' }, async () => {
    await sleep(20)
    return write('late')
  })
  await run(async () => {
    await transaction(() => {
      slow.submit()
      write.submit('now')
    })
    notes.push('after')
  })
  expect(notes.at(-1)).toBe('after')
  expect(notes.filter((note) => note.startsWith('commit'))).toHaveLength(2)
})

test('when the body throws, what has not started will not, and what runs is undone when it has ended', async () => {
  const notes: string[] = []
  const began = Promise.withResolvers<void>()
  const slow = task({ name: 'slow', onRollback: [() => void notes.push('undo')] }, async (name: string) => {
    notes.push(name)
    began.resolve()
    await sleep(5)
  })
  const thrown = flow({ name: 'f', runner: asyncRunner({ concurrency: 1 }) }, () =>
    transaction(async () => {
      slow.submit('first')
      slow.submit('second')
      await began.promise
      throw new Error('no')
    }),
  )
  const run = await runFlow(thrown)
  expect(notes).toEqual(['first', 'undo'])
  expect(run.taskRuns.map(({ state }) => state.type)).toEqual(['COMPLETED', 'CANCELLED'])
})

test('a transaction inside another one is committed with it, or undone with it', async () => {
  const { notes, write } = noting()
  const nested = (fail: boolean, commit: TransactionOptions['commit']) =>
    run(() =>
      transaction(async () => {
        await write('a')
        await transaction({ commit }, () => write('bb'))
        notes.push('between')
        if (fail) throw new Error('no')
      }),
    )
  await nested(false, 'lazy')
  expect(notes.splice(0)).toEqual(['write a', 'write bb', 'between', 'commit a=1', 'commit bb=2'])
  await nested(true, 'lazy')
  expect(notes.splice(0)).toEqual(['write a', 'write bb', 'between', 'undo bb', 'undo a'])
  await nested(true, 'eager')
  expect(notes.splice(0)).toEqual(['write a', 'write bb', 'commit bb=2', 'between', 'undo a'])
})

test('an inner one that was undone and caught leaves the outer one whole', async () => {
  const { notes, write } = noting()
  await run(() =>
    transaction(async () => {
      await write('a')
      await transaction(async () => {
        await write('bb')
        await write('bad')
      }).catch(() => {})
      await write('ccc')
    }),
  )
  expect(notes).toEqual(['write a', 'write bb', 'undo bb', 'write ccc', 'commit a=1', 'commit ccc=3'])
})

test('hooks share values with the body, found from the inside out', async () => {
  const seen: unknown[] = []
  const step = task({ name: 'step', onCommit: [(tx) => void seen.push(tx.get('folder'), tx.get('mine'), tx.get('none'))] }, () =>
    (currentTransaction() as Transaction).set('mine', 2),
  )
  await run(() =>
    transaction(async (outer) => {
      outer.set('folder', '/tmp/x')
      outer.set('mine', 1)
      await transaction(() => step())
    }),
  )
  expect(seen).toEqual(['/tmp/x', 2, undefined])
  expect(currentTransaction()).toBeNull()
})

test('an onCommit that throws undoes everything; an onRollback that throws does not stop the others', async () => {
  const notes: string[] = []
  const step = (name: string, fails?: 'commit' | 'rollback') =>
    task(
      {
        name,
        onCommit: [() => (fails === 'commit' ? Promise.reject(new Error('disk full')) : notes.push(`commit ${name}`))],
        onRollback: [() => (fails === 'rollback' ? Promise.reject(new Error('gone')) : notes.push(`undo ${name}`))],
      },
      () => 1,
    )
  const failed = await run(() =>
    transaction(async () => {
      await step('a')()
      await step('b', 'rollback')()
      await step('c', 'commit')()
    }),
  )
  expect(failed.error).toMatchObject({ message: 'disk full' })
  expect(notes).toEqual(['commit a', 'commit b', 'undo c', 'undo a'])
  expect(failed.logs.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(
    expect.arrayContaining(['the transaction could not be committed: disk full', 'a rollback hook of b-0 threw: gone']),
  )
})

test('without a transaction a task commits when it has completed; in none is anything left to undo', async () => {
  const { notes, write } = noting()
  await run(async () => {
    await write('a')
    notes.push('after')
    await write('bad').catch(() => {})
  })
  expect(notes).toEqual(['write a', 'commit a=1', 'after'])
})

test('a committed key skips the body, gives the stored value, and runs no hook', async () => {
  const { notes, write } = noting()
  const results = freshStore()
  const load = (options: TransactionOptions = {}) =>
    run(() => transaction({ key: 'load/monday', results, ...options }, async () => new Map([['rows', await write('abc')]])))
  const first = await load()
  notes.length = 0
  const second = await load()
  expect([second.value, notes]).toEqual([first.value, []])
  expect(second.logs.find(({ message }) => message.includes('its body is skipped'))?.message).toMatch(
    /^transaction "load\/monday" was committed on 20/,
  )
  await load({ overwrite: true })
  expect(notes).toEqual(['write abc', 'commit abc=3'])
  expect((await run(() => transaction({ key: 'load/tuesday', results }, () => 7))).value).toBe(7)
})

test('a key whose transaction failed, or whose outer one did, is not committed', async () => {
  const results = freshStore()
  let calls = 0
  const inner = () => transaction({ key: 'inner', results }, () => ++calls)
  await run(() =>
    transaction({ key: 'outer', results }, async () => {
      await inner()
      throw new Error('no')
    }),
  )
  const whole = () => run(() => transaction({ key: 'outer', results }, inner))
  expect([(await whole()).value, (await whole()).value, (await run(inner)).value]).toEqual([2, 2, 2])
})

test('what a task computed counts in the cache when its transaction is committed, and not before', async () => {
  const results = freshStore()
  let calls = 0
  const load = task({ name: 'load', results, cache: { key: cache.inputs, isolation: 'serializable' } }, () => ++calls)
  const failing = await run(() =>
    transaction(async () => {
      await load()
      throw new Error('no')
    }),
  )
  expect(failing.state.type).toBe('FAILED')
  expect((await run(() => transaction(() => load()))).value).toBe(2)
  expect((await run(() => load())).value).toBe(2)
})

test('serializable: of many with one key at the same time one runs its body, and the others get its value', async () => {
  const results = freshStore()
  let calls = 0
  const body = async () => {
    await sleep(5)
    return ++calls
  }
  const all = await run(() => Promise.all(Array.from({ length: 5 }, () => transaction({ key: 'k', isolation: 'serializable', results }, body))))
  expect(all.value).toEqual([1, 1, 1, 1, 1])
})

test('serializable: one within itself is told so; one after another in the same outer one goes on', async () => {
  const options = { key: 'k', isolation: 'serializable', results: freshStore() } as const
  const inside = await run(() => transaction(options, () => transaction(options, () => 1)))
  expect(inside.state.message).toContain('transaction "k" waits for its lock, and transaction "k" around it has that lock')
  const twice = await run(() => transaction(async () => [await transaction(options, () => 1), await transaction(options, () => 2)]))
  expect(twice.value).toEqual([1, 2])
})

test('a task that is started in a transaction which is over is refused', async () => {
  const { write } = noting()
  let late: Promise<unknown> = Promise.resolve()
  await run(async () => {
    await transaction(() => {
      late = sleep(5).then(() => write('a'))
    })
    await expect(late).rejects.toThrow('task "write" was started in the transaction, which is committed')
  })
})

test.each<[TransactionOptions, string]>([
  [{ key: '' }, 'the key of a transaction must be 1 to 2,000 characters, and is 0 long'],
  [{ key: 'a', results: false }, 'a transaction with a key stores its value'],
  [{ isolation: 'serializable' }, 'a serializable transaction needs a key'],
  [{ keys: 'a' } as never, 'transaction has no option "keys"'],
  [{ key: 'a', commit: 'soon' as never }, "commit of a transaction must be 'lazy' or 'eager'"],
])('a mistake in the options is said: %o', async (options, message) => {
  await expect(transaction(options, () => 1)).rejects.toThrow(message)
})
