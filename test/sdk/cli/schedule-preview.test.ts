import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '..', '..', '..', 'sdk', 'cli', 'main.ts')

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs command lines of the sources, one after the other in one process of their own, with nothing to reach and nothing configured. */
async function previews(...lines: string[][]): Promise<Ended[]> {
  const script = `
    const { main } = await import(${JSON.stringify(MAIN)})
    const answer = process.stdout.write.bind(process.stdout)
    const ended = []
    for (const line of JSON.parse(process.argv[1])) {
      const one = { code: 0, stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr']) process[name].write = (text) => ((one[name] += text), true)
      process.exitCode = 0
      await main(['schedule', 'preview', ...line], '0.0.0')
      ended.push({ ...one, code: process.exitCode })
    }
    process.exitCode = 0
    answer(JSON.stringify(ended))`
  const child = execFile(process.execPath, ['--input-type=module', '-e', script, '--', JSON.stringify(lines)], { env: { HOME: '/nonexistent' } })
  return JSON.parse(await text(child.stdout as Readable)) as Ended[]
}

test('people see the schedule in words and its instants in the zone and in UTC', async () => {
  const [ended] = await previews(['--cron', '0 9 * * 1-5', '--timezone', 'Europe/Berlin', '--count', '2', '--from', '2026-03-27T00:00:00Z'])
  const { code, stdout } = ended as Ended
  expect(code).toBe(0)
  const [words, blank, heading, first, second, ...more] = stdout.trimEnd().split('\n')
  expect([words, blank, more]).toEqual(['every weekday at 09:00, Europe/Berlin', '', []])
  expect(heading).toMatch(/^IN Europe\/Berlin +UTC +WHEN$/)
  expect(first).toMatch(/^Fri 2026-03-27 09:00:00 \+01:00 +2026-03-27T08:00:00Z +/)
  expect(second).toMatch(/^Mon 2026-03-30 09:00:00 \+02:00 +2026-03-30T07:00:00Z +/)
})

test('programs get the same instants that the API gives', async () => {
  const berlin = ['--timezone', 'Europe/Berlin', '-o', 'json']
  const answers = await previews(
    ['--cron', '30 2 * * *', ...berlin, '--from', '2026-03-29T00:00:00Z', '--count', '1'],
    ['--cron', '30 2 * * *', ...berlin, '--from', '2026-03-29T00:00:00Z', '--count', '1', '--on-gap', 'skip'],
    ['--cron', '30 2 * * *', ...berlin, '--from', '2026-10-25T00:00:00Z', '--count', '2', '--on-overlap', 'both'],
    ['--cron', '0 0 13 * 5', ...berlin, '--from', '2026-01-01T00:00:00Z', '--count', '1', '--day-and'],
    ['--interval', '6h', '--anchor', '2026-01-01T03:00', ...berlin, '--from', '2026-01-01T00:00:00Z', '--count', '2'],
    ['--interval', '90', '-o', 'json', '--from', '2026-01-01T00:00:00Z', '--end', '2026-01-01T00:01:30Z'],
    ['--rrule', 'DTSTART;TZID=Europe/Berlin:20260101T090000\\nFREQ=MONTHLY;BYDAY=-1FR;COUNT=1', '-o', 'json', '--from', '2026-01-01T00:00:00Z'],
  )
  expect(answers.map(({ stdout, stderr }) => (stderr === '' ? JSON.parse(stdout).instants : stderr))).toEqual([
    ['2026-03-29T01:00:00.000000Z'],
    ['2026-03-30T00:30:00.000000Z'],
    ['2026-10-25T00:30:00.000000Z', '2026-10-25T01:30:00.000000Z'],
    ['2026-02-12T23:00:00.000000Z'],
    ['2026-01-01T02:00:00.000000Z', '2026-01-01T08:00:00.000000Z'],
    ['2026-01-01T00:00:00.000000Z'],
    ['2026-01-30T08:00:00.000000Z'],
  ])
})

test('mistakes name the option, go to stderr and end with 2', async () => {
  const answers = await previews(
    ['--cron', '61 * * * *'],
    [],
    ['--cron', '@daily', '--interval', '60'],
    ['--interval', 'soon'],
    ['--cron', '@daily', '--timezone', '+02:00'],
    ['--cron', '@daily', '--from', 'tomorrow'],
    ['--cron', '@daily', '--on-gap', 'jump'],
    ['--cron', '@daily', '--count', '1001'],
    ['--interval', '60', '--day-and', '-o', 'json'],
  )
  expect(answers.map(({ code, stdout }) => [code, stdout])).toEqual(answers.map(() => [2, '']))
  const expected = [
    /--cron: minute "61" is out of range: expected 0 to 59/,
    /one of cron, interval and rrule/,
    /has cron and interval/,
    /--interval: "soon"/,
  ]
  const more = [/--timezone: "\+02:00" is an offset/, /--from: "tomorrow" is no instant/, /--on-gap: "jump" .*shift or skip/, /from 1 to 1000/]
  for (const [index, pattern] of [...expected, ...more].entries()) expect(answers[index]?.stderr).toMatch(pattern)
  expect(JSON.parse(answers[8]?.stderr as string).error).toMatchObject({
    code: 'BAD_SCHEDULE',
    message: '--day-and: belongs to cron, and this is an interval',
  })
})

test('a schedule that never fires says so, and is no failure', async () => {
  const [human, json] = (await previews(['--cron', '0 0 30 2 *'], ['--cron', '0 0 30 2 *', '-o', 'json'])) as [Ended, Ended]
  expect([human.code, human.stdout, human.stderr]).toEqual([
    0,
    'on the 30th of the month in February at 00:00, UTC\n',
    expect.stringMatching(/does not fire/),
  ])
  expect([json.code, JSON.parse(json.stdout).instants]).toEqual([0, []])
})
