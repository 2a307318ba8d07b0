/** The words in which the nouns' permission tables are written. */
import type { Role } from './actor.ts'

/** Who may: the roles of keys and people, and `runner`: everything of the workspace (true), only its own run and that run's children, or nothing. */
export interface Grant {
  roles: readonly Role[]
  runner: boolean | 'own'
  /** True: no role has it by itself. A key of such a role has it when its scopes name it in full. */
  onlyNamed?: true
}

/** `noun:verb` to who may. */
export type PermissionTable = Record<`${string}:${string}`, Grant>

/** Every role. */
export const ALL: readonly Role[] = ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER']
/** Everybody but workers. */
export const PEOPLE: readonly Role[] = ['ADMIN', 'EDITOR', 'VIEWER']
/** Who changes what runs. */
export const EDITORS: readonly Role[] = ['ADMIN', 'EDITOR']
/** Who changes who may. */
export const ADMINS: readonly Role[] = ['ADMIN']
