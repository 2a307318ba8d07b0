/** Asking for previews of schedules, many at once, as their tests read them. */
import { expect } from 'vitest'
import { askAs, makeKey, makeWorkspace } from '../support.ts'

/** A `ScheduleInput`. */
export type Schedule = Record<string, unknown>
/** 1 January 2026 is a Thursday. */
export const JANUARY = '2026-01-01T00:00:00Z'

type Question = [schedule: Schedule, from: string, count: number]

/** Asks as a viewer, several questions in one operation; the first answer is not waited for by a test. */
export async function makePreview() {
  const ask = askAs(await makeKey(await makeWorkspace(), 'VIEWER'))
  const askTogether = async (questions: Question[]) => {
    const variables = questions.flatMap(([schedule, from, count], index) => [
      [`s${index}`, schedule],
      [`f${index}`, from],
      [`c${index}`, count],
    ])
    const declared = questions.map((_, index) => `$s${index}: ScheduleInput!, $f${index}: DateTime!, $c${index}: Int!`)
    const fields = questions.map(
      (_, index) => `p${index}: schedulePreview(schedule: $s${index}, from: $f${index}, count: $c${index}) { instants error }`,
    )
    const { data, errors } = await ask(`query (${declared.join(', ')}) { ${fields.join(' ')} }`, Object.fromEntries(variables))
    expect(errors).toBeUndefined()
    return questions.map((_, index) => {
      const { instants, error } = data[`p${index}`] as { instants: string[]; error: string | null }
      for (const instant of instants) expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$/)
      return { instants: instants.map((instant) => instant.replace('.000000Z', '').replace(/:00$/, '')), error }
    })
  }
  const preview = async (questions: Question[]) => {
    const answers: Awaited<ReturnType<typeof askTogether>> = []
    for (let at = 0; at < questions.length; at += 20) answers.push(...(await askTogether(questions.slice(at, at + 20))))
    return answers
  }
  await preview([[{ cron: '@daily' }, JANUARY, 1]])
  return preview
}
