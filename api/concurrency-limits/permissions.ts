import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Code asks for slots while it runs: with its run's token, or a script with an editor's key. */
export const concurrencyLimitPermissions = {
  'concurrency-limits:read': { roles: PEOPLE, runner: true },
  'concurrency-limits:create': { roles: EDITORS, runner: false },
  'concurrency-limits:update': { roles: EDITORS, runner: false },
  'concurrency-limits:reset': { roles: EDITORS, runner: false },
  'concurrency-limits:delete': { roles: EDITORS, runner: false },
  'concurrency-limits:use': { roles: EDITORS, runner: true },
} as const satisfies PermissionTable
