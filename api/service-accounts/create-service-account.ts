/** Making service accounts. */
import { insertServiceAccount, type ServiceAccountRow } from '../../db/queries/service-accounts/service-accounts.ts'
import { describeActor, type Role } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkDescription, checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Forbidden, Invalid } from '../errors.ts'
import { once } from '../once.ts'
import { mayDo, permissionsWithin, permit } from '../permissions.ts'
import { serviceAccountLoader } from './loader.ts'

interface ServiceAccountInput {
  name: string
  description?: string | null
  role: Role
  idempotencyKey?: string | null
}

/** Audited. Throws Invalid, Conflict (name), FORBIDDEN. */
export async function createServiceAccount(context: Context, { idempotencyKey, ...input }: ServiceAccountInput): Promise<ServiceAccountRow> {
  permit(context.actor, 'service-accounts:create')
  const { name, description = null, role } = input
  const issues = [...checkName(name, ['name']), ...checkDescription(description, ['description'])]
  if (issues.length > 0) throw new Invalid(issues)
  if (permissionsWithin(role, null).some((permission) => !mayDo(context.actor, permission)))
    throw new Forbidden(`${describeActor(context.actor)} may not do all that this role may.`, { hint: 'Use a key without scopes.' })
  const load = (id: string) => {
    context.reader.forget()
    return context.reader.load(serviceAccountLoader, id)
  }
  return once(context, { key: idempotencyKey, verb: 'createServiceAccount', input, madeIn: 'service_accounts' }, load, async (id, behind) => {
    const [isMade] = await context.db.batch(
      insertServiceAccount(
        { id, name, description, role, createdBy: describeActor(context.actor) },
        deedOf(context.actor, 'service-accounts:create', { name, role }),
      ),
      ...behind,
    )
    if (!isMade) throw new Conflict(`There is a service account "${name}" already.`, { path: ['name'] })
    return (await load(id)) as ServiceAccountRow
  })
}
