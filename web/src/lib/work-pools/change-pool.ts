/** Changing pools, their queues and their workers: each answers null, or what stood in the way. */
import type { CreateWorkPoolInput, CreateWorkQueueInput, UpdateWorkPoolInput, UpdateWorkQueueInput } from '#lib/graphql/generated/graphql.ts'
import { refusalOf } from '#lib/graphql/refusal.ts'
import { request } from '#lib/graphql/request.ts'
import type { Refusal } from '#lib/ui/FormDialog.svelte'
import {
  createWorkPoolDocument,
  createWorkQueueDocument,
  deleteWorkPoolDocument,
  deleteWorkQueueDocument,
  drainWorkerDocument,
  updateWorkPoolDocument,
  updateWorkQueueDocument,
} from './documents.ts'

/** Answers the uuid of the new pool. */
export async function createPool(input: CreateWorkPoolInput): Promise<{ uuid: string } | Refusal> {
  const { createWorkPool: answer } = await request(createWorkPoolDocument, { input })
  return answer.__typename === 'CreateWorkPoolSuccess' ? { uuid: answer.workPool.uuid } : (refusalOf(answer) as Refusal)
}

/** Pause, limit, description. */
export const updatePool = async (input: UpdateWorkPoolInput): Promise<Refusal | null> =>
  refusalOf((await request(updateWorkPoolDocument, { input })).updateWorkPool)

/** Another lane of a pool. */
export const createQueue = async (input: CreateWorkQueueInput): Promise<Refusal | null> =>
  refusalOf((await request(createWorkQueueDocument, { input })).createWorkQueue)

/** Pause, priority, limit. */
export const updateQueue = async (input: UpdateWorkQueueInput): Promise<Refusal | null> =>
  refusalOf((await request(updateWorkQueueDocument, { input })).updateWorkQueue)

/** For good. Refused while a deployment names it or a run of it is open. */
export const deletePool = async (id: string): Promise<Refusal | null> =>
  refusalOf((await request(deleteWorkPoolDocument, { input: { id } })).deleteWorkPool)

/** For good. Refused while a deployment names it or a run of it is open. */
export const deleteQueue = async (id: string): Promise<Refusal | null> =>
  refusalOf((await request(deleteWorkQueueDocument, { input: { id } })).deleteWorkQueue)

/** It takes nothing new, finishes its runs and leaves. Refused while it is offline, and by workers that are older than this. */
export const drainWorker = async (id: string): Promise<Refusal | null> =>
  refusalOf((await request(drainWorkerDocument, { input: { id } })).drainWorker)
