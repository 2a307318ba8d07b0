/** The record across workspaces (role `weir_system`), for looking up who somebody is before their workspace is known. */
import { connectSystem, type SystemDb } from '../../db/system.ts'
import type { Env } from '../env.ts'
import { doorOf } from '../record.ts'

const records = new WeakMap<object, SystemDb>()

/** As role `weir_system`. */
export function systemRecordOf(env: Pick<Env, 'SYSTEM_DATABASE_URL' | 'SQL'>): SystemDb {
  let record = records.get(env)
  if (!record) {
    record = connectSystem({ url: env.SYSTEM_DATABASE_URL, fetch: doorOf(env) })
    records.set(env, record)
  }
  return record
}
