import { expect, onTestFinished, test, vi } from 'vitest'
import { newId } from '../../../../core/ids.ts'
import type { RunReport } from '../../../../core/protocol/reports.ts'
import { makeState } from '../../../../core/states.ts'
import { TIMINGS } from '../../../../core/timings.ts'
import { ReportDriver } from '../../../../sdk/client/reporting/report-driver.ts'
import { NoAnswer, readClocks, type ReportTransport } from '../../../../sdk/client/reporting/transport.ts'

/** Longer than any test takes: whoever ends earlier has not waited for it. */
const FOR_EVER = 3_600_000

function makeDriver(send: ReportTransport['send']) {
  const flowRunId = newId()
  const driver = new ReportDriver({
    name: 'run',
    flowRunId,
    epoch: 1,
    stateId: newId(),
    runToken: 'token',
    timings: TIMINGS,
    heartbeat: true,
    transport: { send },
    apiUrl: 'http://weir.invalid',
    spoolFolder: null,
    onDirective() {},
  })
  const finish = () => {
    const state = makeState({ id: newId(), type: 'COMPLETED', timestamp: Date.now() })
    driver.reporter.append({ kind: 'flow-run-state', state, runCount: 1 })
  }
  return { driver, finish }
}

const answerTo = ({ flowRunId, epoch, n }: RunReport) => ({
  answer: { flowRunId, epoch, acknowledged: n, stateId: null, stateType: null, fence: TIMINGS.fence, directives: [] },
  sent: readClocks(),
})

test('a run that ends while nobody answers tries once more, at once, and does not wait for the time between two tries', async () => {
  let tries = 0
  const { driver, finish } = makeDriver(async () => {
    tries += 1
    throw new NoAnswer('refused')
  })
  driver.ask()
  await expect.poll(() => driver.isAway).toBe(true)
  const before = tries
  finish()
  expect(await driver.drain(FOR_EVER, { untilFailure: true })).toEqual({ delivered: false })
  expect(tries).toBe(before + 1)
})

test('a wall clock that is set back holds up neither reports nor the renewal of the lease', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const stored: RunReport[] = []
  const { driver } = makeDriver(async (report) => {
    stored.push(report)
    return answerTo(report)
  })
  onTestFinished(() => void driver.drain(0))
  driver.ask()
  await expect.poll(() => stored.length).toBe(1)
  vi.setSystemTime(Date.now() - FOR_EVER)
  driver.log(driver.reporter.flowRunId, { time: Date.now(), level: 'info', message: 'an hour earlier' })
  await expect.poll(() => stored.length, { timeout: 10_000 }).toBeGreaterThan(1)
})

test('a run that ends while the first answer after an absence is on its way delivers its end', async () => {
  const stored: RunReport[] = []
  let answer = () => {}
  let isAway = true
  const { driver, finish } = makeDriver(async (report) => {
    if (isAway) throw new NoAnswer('refused')
    stored.push(report)
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return answerTo(report)
  })
  driver.ask()
  await expect.poll(() => driver.isAway).toBe(true)
  isAway = false
  await expect.poll(() => stored.length, { timeout: 10_000 }).toBe(1)
  finish()
  const drained = driver.drain(FOR_EVER, { untilFailure: true })
  while (stored.length < 2) {
    answer()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  answer()
  expect(await drained).toEqual({ delivered: true })
  expect(stored.at(-1)?.facts).toMatchObject([{ kind: 'flow-run-state', state: { type: 'COMPLETED' } }])
})
