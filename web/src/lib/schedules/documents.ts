/** What the pages ask of schedules. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A schedule as its deployment's page shows it. */
export const scheduleFragment = graphql(`
  fragment ScheduleCard on Schedule {
    id uuid slug words isPaused cron dayOr interval anchor rrule timezone onGap onOverlap start end catchUp maxLateness overlap parameters createdAt
    nextInstants(first: 10)
  }
`)

/** The schedules of a deployment. */
export const schedulesDocument = graphql(`
  query Schedules($deploymentId: ID!) { deployment(id: $deploymentId) { schedules { ...ScheduleCard } } }
`)

/** Lets a deployment run by itself. */
export const createScheduleDocument = graphql(`
  mutation CreateSchedule($input: CreateScheduleInput!) {
    createSchedule(input: $input) {
      __typename
      ... on CreateScheduleSuccess { schedule { id } }
      ... on Error { message code hint }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** Changes when it does. */
export const updateScheduleDocument = graphql(`
  mutation UpdateSchedule($input: UpdateScheduleInput!) {
    updateSchedule(input: $input) {
      __typename
      ... on UpdateScheduleSuccess { schedule { id } }
      ... on Error { message code hint }
      ... on ValidationError { issues { path message } }
    }
  }
`)

/** It makes no runs until it is resumed. */
export const pauseScheduleDocument = graphql(`
  mutation PauseSchedule($input: PauseScheduleInput!) {
    pauseSchedule(input: $input) { __typename ... on Error { message code hint } }
  }
`)

/** It goes on from now. */
export const resumeScheduleDocument = graphql(`
  mutation ResumeSchedule($input: ResumeScheduleInput!) {
    resumeSchedule(input: $input) { __typename ... on Error { message code hint } }
  }
`)

/** Takes it away, with its runs that nobody has begun. */
export const deleteScheduleDocument = graphql(`
  mutation DeleteSchedule($input: DeleteScheduleInput!) {
    deleteSchedule(input: $input) { __typename ... on Error { message code hint } }
  }
`)
