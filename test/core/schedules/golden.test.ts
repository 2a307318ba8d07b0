import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nextInstants } from '../../../core/schedules/next-instants.ts'
import { readSchedule, type ScheduleInput } from '../../../core/schedules/schedule.ts'

/** What make-golden.py wrote. */
interface Case {
  zone?: string
  change?: string
  schedule?: ScheduleInput
  cron?: string
  rrule?: string
  from: string
  to?: string
  expected: unknown
}

const casesOf = (name: string): Case[] => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Case[]

function fire(input: ScheduleInput, from: string, count: number): string[] {
  const read = readSchedule(input, Date.parse(from))
  if (!read.ok) return [read.message]
  return nextInstants(read.schedule, { from: Date.parse(from), count }).map((instant) => new Date(instant).toISOString().replace('.000', ''))
}

test('20 zones x 2 transitions: crons, intervals and rules fire where zoneinfo and dateutil say, for every choice', () => {
  const cases = casesOf('golden-transitions.json')
  expect(new Set(cases.map(({ zone }) => zone)).size).toBe(20)
  expect(new Set(cases.map(({ zone, change }) => `${zone} ${change}`)).size).toBe(40)
  const wrong: unknown[] = []
  for (const { zone, change, schedule, from, to, expected } of cases) {
    for (const onGap of ['shift', 'skip'] as const) {
      for (const onOverlap of ['first', 'both'] as const) {
        const answers = expected as Record<string, string[]>
        const wanted = answers['any'] ?? answers[change?.includes('gap') ? onGap : onOverlap]
        // `to` is inclusive, `end` is not.
        const got = fire({ ...schedule, timezone: zone, onGap, onOverlap, end: Date.parse(to as string) + 1 }, from, 1_000)
        if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push({ zone, change, schedule, onGap, onOverlap, got, wanted })
      }
    }
  }
  expect(wrong.slice(0, 3)).toEqual([])
})

test('500 random crons and rules expand as croniter and dateutil expand them', () => {
  const cases = casesOf('golden-expansions.json')
  expect(cases.length).toBe(500)
  const wrong: unknown[] = []
  for (const { cron, rrule, from, expected } of cases) {
    const wanted = (expected as string[]).map((wall) => `${wall}Z`)
    const got = fire({ cron, rrule, end: Date.parse('2034-01-01T00:00:01Z') }, from, 8)
    if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong.push({ cron, rrule, got, wanted })
  }
  expect(wrong.slice(0, 3)).toEqual([])
})
