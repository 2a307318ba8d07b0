/** Who asks. Every operation gets an actor and every actor belongs to exactly one workspace. */

import type { Instant } from '../../core/instant.ts'
import type { Credential } from '../../db/client.ts'

export const ROLES = ['ADMIN', 'EDITOR', 'VIEWER', 'WORKER'] as const
/** Roles of keys and people. A runner has none: what it may do is bound to its run. */
export type Role = (typeof ROLES)[number]

export type Actor =
  /** A person with a session cookie. */
  | { kind: 'user'; workspaceId: string; role: Role; userId: string; name: string; sessionId: string; expiresAt: Instant }
  /**
   * An API key. `apiKeyId` lets sockets and streams that were opened with it be closed. `expiresAt` null = never; `scopes` null = everything that the
   * role may; `serviceAccount`: its name, where the key belongs to one.
   */
  | {
      kind: 'api-key'
      workspaceId: string
      role: Role
      apiKeyId: string
      name: string
      expiresAt: Instant | null
      scopes: readonly string[] | null
      serviceAccount: string | null
    }
  /** The process of one run under one epoch. */
  | { kind: 'runner'; workspaceId: string; flowRunId: string; epoch: number }

/** What every batch of the actor shows to the record; null for runners, whose tokens are short-lived and bound to their epoch. */
export function credentialOf(actor: Actor): Credential | null {
  switch (actor.kind) {
    case 'user':
      return { sessionId: actor.sessionId }
    case 'api-key':
      return { apiKeyId: actor.apiKeyId }
    case 'runner':
      return null
  }
}

/** How an actor is written into `by`, `createdBy` and logs: `key "laptop"`, `service account "ci"`, `user "ann"`, `run 0192…`. */
export function describeActor(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return `user "${actor.name}"`
    case 'api-key':
      return actor.serviceAccount === null ? `key "${actor.name}"` : `service account "${actor.serviceAccount}"`
    case 'runner':
      return `run ${actor.flowRunId}`
  }
}
