/** What the commands of a deployment's schedules ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../../graphql.ts'
import type { ParameterSchema } from '../../../read-parameters.ts'
import { ERROR_FIELDS, type UnionError } from '../../../read-result.ts'

/** A schedule as the commands show it. */
export interface ScheduleRow {
  uuid: string
  slug: string
  words: string
  deployment: { fullName: string }
  cron: string | null
  dayOr: boolean | null
  interval: number | null
  anchor: string | null
  rrule: string | null
  timezone: string
  onGap: string
  onOverlap: string
  start: string | null
  end: string | null
  parameters: Record<string, unknown>
  isPaused: boolean
  catchUp: string
  maxLateness: number
  overlap: string
  nextInstants: string[]
  createdAt: string
  updatedAt: string
}

const ROW = `uuid slug words deployment { fullName } cron dayOr interval anchor rrule timezone onGap onOverlap start end parameters isPaused catchUp maxLateness
  overlap nextInstants(first: 3) createdAt updatedAt`

/** The schedules of a deployment, and what parameters it takes. */
export const OF_DEPLOYMENT = document<
  { deployment: { uuid: string; fullName: string; isPaused: boolean; parameterSchema: ParameterSchema | null; schedules: ScheduleRow[] } | null },
  { name: string }
>(`query DeploymentSchedules($name: String!) { deployment(name: $name) { uuid fullName isPaused parameterSchema schedules { ${ROW} } } }`)

/** A schedule as it is written, for the API. */
export interface ScheduleForApi {
  cron?: string | null
  dayOr?: boolean | null
  interval?: number | null
  anchor?: string | null
  rrule?: string | null
  timezone?: string | null
  onGap?: string | null
  onOverlap?: string | null
  start?: string | null
  end?: string | null
}

/** Makes a schedule. */
export const CREATE = document<
  { createSchedule: { __typename: 'CreateScheduleSuccess'; schedule: ScheduleRow } | UnionError },
  {
    input: {
      deploymentId: string
      slug: string | null
      schedule: ScheduleForApi
      parameters: Record<string, unknown>
      isPaused: boolean
      catchUp: string
      maxLateness: number | null
      overlap: string
    }
  }
>(
  `mutation CreateSchedule($input: CreateScheduleInput!) { createSchedule(input: $input) { __typename ... on CreateScheduleSuccess { schedule { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Lets it make no runs. */
export const PAUSE = document<{ result: { __typename: 'PauseScheduleSuccess'; schedule: ScheduleRow } | UnionError }, { id: string }>(
  `mutation PauseSchedule($id: ID!) { result: pauseSchedule(input: { id: $id }) { __typename ... on PauseScheduleSuccess { schedule { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Lets it go on. */
export const RESUME = document<{ result: { __typename: 'ResumeScheduleSuccess'; schedule: ScheduleRow } | UnionError }, { id: string }>(
  `mutation ResumeSchedule($id: ID!) { result: resumeSchedule(input: { id: $id }) { __typename ... on ResumeScheduleSuccess { schedule { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes it away. */
export const DELETE = document<{ deleteSchedule: { __typename: 'DeleteScheduleSuccess'; deletedId: string } | UnionError }, { id: string }>(
  `mutation DeleteSchedule($id: ID!) { deleteSchedule(input: { id: $id }) { __typename ... on DeleteScheduleSuccess { deletedId } ${ERROR_FIELDS} } }`,
)

/** Takes all of a deployment away. */
export const CLEAR = document<{ clearSchedules: { __typename: 'ClearSchedulesSuccess'; count: number } | UnionError }, { id: string }>(
  `mutation ClearSchedules($id: ID!) { clearSchedules(input: { deploymentId: $id }) { __typename ... on ClearSchedulesSuccess { count } ${ERROR_FIELDS} } }`,
)
