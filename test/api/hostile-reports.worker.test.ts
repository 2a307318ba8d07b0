/** What strangers, and holders of other runs, may send to /reports. Bodies and facts that are malformed as such: ingest/reports.worker.test.ts. */
import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { mintRunToken } from '../../api/auth/mint-run-token.ts'
import { newId } from '../../core/ids.ts'
import type { RunAnswer } from '../../core/protocol/reports.ts'
import { TIMINGS } from '../../core/timings.ts'
import { env, makeWorkspace, postReports, RunningRun, TestWorker } from '../support/engine-world.ts'
import { fingerprint } from '../support/fingerprint.ts'

const INTERNALS = /node_modules|\.ts:\d|\bat \w+ \(|\bselect \S+ from\b|insert into|pg_|weir_app|weir_system|constraint|DatabaseError|TypeError/

/** A workspace with two running runs of one worker. */
async function makeStage() {
  const world = await makeWorkspace()
  const pool = await world.makePool()
  const worker = await TestWorker.start(world, pool.name)
  const runs: RunningRun[] = []
  for (let n = 0; n < 2; n++) {
    await pool.offer()
    const run = new RunningRun((await worker.takes(1))[0]!)
    await worker.reports(run.becomes('RUNNING'))
    runs.push(run)
  }
  return { world, pool, worker, run: runs[0]!, sibling: runs[1]! }
}

const batch = (reports: object[], over: object = {}) => ({ protocol: 1, sentAt: Date.now(), sessionId: null, reports, holderFacts: [], ...over })

const door = (init: RequestInit): Promise<Response> =>
  (exports as unknown as { default: Fetcher }).default.fetch(
    new Request('http://127.0.0.1/reports', init as never) as never,
  ) as unknown as Promise<Response>

test('requests that are no report get a code, change nothing and show nothing of ours', async () => {
  const { world, run, worker } = await makeStage()
  const before = await fingerprint(world.workspaceId)
  const authorization = `Bearer ${world.workerKey.text}`
  const json = { 'content-type': 'application/json', authorization }
  const valid = JSON.stringify(batch([run.becomes('COMPLETED').next()], { sessionId: worker.sessionId }))
  const token = (over: object) =>
    mintRunToken(env.TOKEN_SECRET, TIMINGS, { workspaceId: world.workspaceId, flowRunId: run.flowRunId, epoch: 1, now: Date.now(), ...over })
  const cases: Record<string, [RequestInit, number]> = {
    GET: [{ headers: json }, 404],
    PUT: [{ method: 'PUT', headers: json, body: valid }, 404],
    DELETE: [{ method: 'DELETE', headers: json }, 404],
    'no body': [{ method: 'POST', headers: json }, 400],
    'invalid UTF-8': [{ method: 'POST', headers: json, body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400],
    gzip: [{ method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]) }, 400],
    'deeper than any stack': [{ method: 'POST', headers: json, body: `{"protocol":1,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }, 400],
    'reports as deep as a well': [
      { method: 'POST', headers: json, body: valid.replace('"facts":[', `"facts":[${'['.repeat(50_000)}${']'.repeat(50_000)},`) },
      200,
    ],
    'a prototype instead of a body': [
      { method: 'POST', headers: json, body: '{"__proto__":{"protocol":1,"sentAt":1,"sessionId":null,"reports":[],"holderFacts":[]}}' },
      400,
    ],
    'above 5 MiB': [{ method: 'POST', headers: json, body: 'x'.repeat(5 * 1024 * 1024 + 1) }, 413],
    'no credential': [{ method: 'POST', headers: { 'content-type': 'application/json' }, body: valid }, 401],
    'a viewer': [{ method: 'POST', headers: { ...json, authorization: `Bearer ${world.viewerKey.text}` }, body: valid }, 403],
    'a token that is cut': [{ method: 'POST', headers: { ...json, authorization: `Bearer ${(await token({})).slice(0, -2)}` }, body: valid }, 401],
    'a token of 8 days ago': [
      { method: 'POST', headers: { ...json, authorization: `Bearer ${await token({ now: Date.now() - 8 * 86_400_000 })}` }, body: valid },
      401,
    ],
    'a token without end': [{ method: 'POST', headers: { ...json, authorization: `Bearer weir_run_${'x'.repeat(50_000)}` }, body: valid }, 401],
    'a page of another origin': [{ method: 'POST', headers: { ...json, origin: 'https://evil.example' }, body: valid }, 403],
  }
  for (const [what, [init, status]] of Object.entries(cases)) {
    const answer = await door(init)
    const text = await answer.text()
    expect(answer.status, `${what}: ${text.slice(0, 300)}`).toBe(status)
    if (status !== 200)
      expect(JSON.parse(text), what).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) } })
    expect(text, what).not.toMatch(INTERNALS)
    // Only the one with an answer for its run has moved that run's number.
    if (status !== 200) expect(await fingerprint(world.workspaceId), what).toEqual(before)
    else expect(JSON.parse(text).runs, what).toMatchObject([{ acknowledged: 2, stateType: 'COMPLETED' }])
    if (status === 200) break
  }
})

test('a report that is not the next one of its holder moves nothing, whatever it claims', async () => {
  const { world, pool, run, sibling, worker } = await makeStage()
  const other = await makeStage()
  const next = run.becomes('COMPLETED').next()
  const waiting = await pool.insertRun({ scheduledTime: Date.now() + 3_600_000 })
  const before = [await fingerprint(world.workspaceId), await fingerprint(other.world.workspaceId)]
  const mine = { key: world.workerKey.text, over: { sessionId: worker.sessionId } }
  const byToken = (key: string) => ({ key, over: {} })
  const none = { runToken: '' }
  const oldToken = await mintRunToken(env.TOKEN_SECRET, TIMINGS, {
    workspaceId: world.workspaceId,
    flowRunId: run.flowRunId,
    epoch: 2,
    now: Date.now(),
  })
  const cases: Record<string, [sender: { key: string; over: object }, report: object, answer: Partial<Record<keyof RunAnswer, unknown>>]> = {
    'n that jumps': [mine, { ...next, n: 40 }, { acknowledged: 1 }],
    'n beyond integers': [mine, { ...next, n: 2 ** 31 - 1 }, { acknowledged: 1 }],
    'a replay': [mine, { ...next, n: 1 }, { acknowledged: 1 }],
    'an epoch of the future': [mine, { ...next, epoch: 7 }, {}],
    'a run that nobody knows': [mine, { ...next, flowRunId: newId(), ...none }, {}],
    'a run that nobody holds': [mine, { ...next, flowRunId: waiting, ...none }, {}],
    'a run of another workspace': [mine, { ...next, flowRunId: other.run.flowRunId, ...none }, { refused: { code: 'not_your_run' } }],
    'a run of another workspace, with its token': [
      mine,
      { ...next, flowRunId: other.run.flowRunId, runToken: other.run.runToken },
      { refused: { code: 'not_your_run' } },
    ],
    'a session that nobody knows': [{ key: mine.key, over: { sessionId: newId() } }, { ...next, ...none }, { refused: { code: 'not_your_run' } }],
    "another worker's session": [
      { key: mine.key, over: { sessionId: other.worker.sessionId } },
      { ...next, ...none },
      { refused: { code: 'not_your_run' } },
    ],
    'the token of a sibling': [byToken(sibling.runToken), { ...next, ...none }, { refused: { code: 'not_your_run' } }],
    'the token of a sibling inside': [byToken(sibling.runToken), { ...next, runToken: sibling.runToken }, { refused: { code: 'not_your_run' } }],
    'the token of another workspace': [byToken(other.run.runToken), { ...next, ...none }, { refused: { code: 'not_your_run' } }],
    'a token of another epoch': [byToken(oldToken), { ...next, runToken: oldToken }, { refused: { code: 'not_your_run' } }],
    'an API key as the run token': [{ key: mine.key, over: {} }, { ...next, runToken: mine.key }, { refused: { code: 'not_your_run' } }],
    'SQL as the run token': [{ key: mine.key, over: {} }, { ...next, runToken: "' or 1=1 --" }, { refused: { code: 'not_your_run' } }],
  }
  for (const [what, [{ key, over }, report, expected]] of Object.entries(cases)) {
    const answer = await postReports(key, batch([report], over))
    const text = await answer.text()
    expect(answer.status, `${what}: ${text}`).toBe(200)
    expect((JSON.parse(text) as { runs: RunAnswer[] }).runs, `${what}: ${text}`).toMatchObject([expected])
    expect(text, what).not.toMatch(INTERNALS)
    const now = [await fingerprint(world.workspaceId), await fingerprint(other.world.workspaceId)]
    // Being heard is a contact of the holder itself; nothing else may have moved.
    expect(withoutContact(now), what).toEqual(withoutContact(before))
    expect(await world.readRun(run.flowRunId), what).toMatchObject({ state: { type: 'RUNNING' }, lastN: 1, epoch: 1 })
  }
  expect((await worker.reports(run))[0]).toMatchObject({ acknowledged: 2, stateType: 'COMPLETED' })
})

/** Without the tables in which a contact of the true holder is noted. */
const withoutContact = (prints: Record<string, string>[]) =>
  prints.map((print) => Object.fromEntries(Object.entries(print).filter(([table]) => !['flow_runs', 'worker_sessions', 'workers'].includes(table))))

test('times beyond belief are stored within what is possible, and order nothing', async () => {
  const { world, run, worker } = await makeStage()
  for (const timestamp of [0, 8.64e15, 1e12, Date.now() + 400 * 86_400_000]) {
    const answer = await postReports(
      world.workerKey.text,
      batch([{ ...run.next(), facts: [{ kind: 'logs', flowRunId: run.flowRunId, lines: [{ time: timestamp, level: 'info', message: 'when?' }] }] }], {
        sessionId: worker.sessionId,
      }),
    )
    const text = await answer.text()
    expect(answer.status, `${timestamp}: ${text}`).toBe(200)
    const [told] = (JSON.parse(text) as { runs: RunAnswer[] }).runs
    expect(told, `${timestamp}`).toMatchObject({ stateType: 'RUNNING', acknowledged: run.n + 1 })
    run.hear(told)
  }
  expect((await worker.reports(run.becomes('COMPLETED')))[0]).toMatchObject({ stateType: 'COMPLETED' })
})

test('a flood of the same report is one report, and the door serves on', async () => {
  const { world, run, worker } = await makeStage()
  const body = batch([run.logs('once').next()], { sessionId: worker.sessionId })
  const answers = await Promise.all(Array.from({ length: 50 }, () => postReports(world.workerKey.text, body)))
  for (const answer of answers) expect(answer.status).toBe(200)
  expect(await world.readRun(run.flowRunId)).toMatchObject({ lastN: 2 })
  run.n = 2
  run.facts = []
  expect((await worker.reports(run.becomes('COMPLETED')))[0]).toMatchObject({ acknowledged: 3, stateType: 'COMPLETED' })
})
