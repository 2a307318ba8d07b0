/** What a key may be narrowed to. */
import type { Role } from '../auth/actor.ts'
import type { Issue } from '../errors.ts'
import { PERMISSIONS, permissionsWithin } from '../permissions.ts'

const MOST_SCOPES = 100

/** Issues with their places: each scope is a permission, or `noun:*`, of which the role has at least one. */
export function checkScopes(role: Role, scopes: readonly string[] | null, path: string[]): Issue[] {
  if (scopes === null) return []
  if (scopes.length === 0 || scopes.length > MOST_SCOPES) {
    const expected = `1 to ${MOST_SCOPES} scopes, or none at all for everything that the role may`
    return [{ path, message: `expected ${expected}, got ${scopes.length}`, expected }]
  }
  return scopes.flatMap((scope, index) => {
    const place = [...path, String(index)]
    const isKnown =
      scope in PERMISSIONS || (/^[a-z-]+:\*$/.test(scope) && Object.keys(PERMISSIONS).some((name) => name.startsWith(scope.slice(0, -1))))
    const shown = JSON.stringify(scope.slice(0, 60))
    if (!isKnown) return [{ path: place, message: `there is no permission ${shown}`, expected: '`noun:verb` of docs/graphql.md, or `noun:*`' }]
    if (permissionsWithin(role, [scope]).length === 0)
      return [{ path: place, message: `the role ${role} has nothing of ${shown}`, expected: `a permission of ${role}` }]
    return []
  })
}
