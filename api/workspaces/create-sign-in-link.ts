/** Letting a person into the workspace. The link is shown once, and works once. */
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { insertAuditRow } from '../../db/queries/audit-rows/insert-audit-row.ts'
import { deedOf } from '../auth/deed-of.ts'
import { mintSignInToken, SIGN_IN_LIFE } from '../auth/mint-sign-in-token.ts'
import { checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'

/** A link that signs one browser in, once, within a quarter of an hour. Throws Invalid. */
export async function createSignInLink(context: Context, { name }: { name: string }): Promise<{ url: string; expiresAt: Instant }> {
  permit(context.actor, 'workspaces:sign-in')
  if (context.actor.kind === 'api-key' && context.actor.scopes !== null)
    throw new Forbidden('A key with scopes cannot let anybody in as an administrator.', { hint: 'Use a key without scopes.' })
  const issues = checkName(name, ['name'])
  if (issues.length > 0) throw new Invalid(issues)
  const expiresAt = context.clock.now() + SIGN_IN_LIFE
  const token = await mintSignInToken(context.tokenSecret, { workspaceId: context.workspaceId, userId: newId(), name, role: 'ADMIN' }, expiresAt)
  await context.db.run(insertAuditRow({ ...deedOf(context.actor, 'workspaces:sign-in'), subject: name }))
  return { url: `${context.publicUrl}/sign-in?token=${token}`, expiresAt }
}
