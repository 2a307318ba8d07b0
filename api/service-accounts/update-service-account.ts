/** Changing what people read of a service account. Its role is settled when it is made. */
import { type ServiceAccountRow, updateServiceAccount as updateRow } from '../../db/queries/service-accounts/service-accounts.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkDescription, checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { serviceAccountLoader } from './loader.ts'

interface ServiceAccountUpdate {
  id: string
  name?: string | null
  /** Undefined = as it is; null = none. */
  description?: string | null | undefined
}

/** Audited. Throws Invalid, NotFound, Conflict (name). */
export async function updateServiceAccount(context: Context, { name, description, ...input }: ServiceAccountUpdate): Promise<ServiceAccountRow> {
  permit(context.actor, 'service-accounts:update')
  const id = decodeId('ServiceAccount', input.id, ['id'])
  const issues = [...(name == null ? [] : checkName(name, ['name'])), ...checkDescription(description, ['description'])]
  if (issues.length > 0) throw new Invalid(issues)
  const change = { ...(name == null ? {} : { name }), ...(description === undefined ? {} : { description }) }
  const outcome = await context.db.run(updateRow(id, change, deedOf(context.actor, 'service-accounts:update', change)))
  if (outcome === null) throw new NotFound('service account', id, { path: ['id'] })
  if (outcome === 'taken') throw new Conflict(`There is a service account "${name}" already.`, { path: ['name'] })
  context.reader.forget()
  return (await context.reader.load(serviceAccountLoader, id)) as ServiceAccountRow
}
