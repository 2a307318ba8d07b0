import type { Effects, Rule, Transition, Verdict } from './transition.ts'

/**
 * Asks the rules in order. A rule that rejects puts another state in the proposal's place, and the rules after it judge that one; wait and abort end
 * the question. Rules whose from/to do not match are not asked. The last rejection's reason is the one that is told.
 */
export function decide<T extends Transition>(policy: readonly Rule<T>[], transition: T): Verdict {
  let proposed = transition.proposed
  let reason: string | null = null
  let effects: Effects = {}
  const from = transition.current?.type ?? null
  for (const rule of policy) {
    if (rule.from !== 'any' && (from === null || !rule.from.includes(from))) continue
    if (rule.to !== 'any' && !rule.to.includes(proposed.type)) continue
    const answer = rule.decide({ ...transition, proposed })
    if (answer.kind === 'wait' || answer.kind === 'abort') return answer
    if (answer.effects) effects = { ...effects, ...answer.effects }
    if (answer.kind === 'reject') {
      proposed = answer.state
      reason = answer.reason
      if (proposed === transition.current) return { kind: 'reject', state: proposed, reason, effects: {} }
    }
  }
  return reason === null ? { kind: 'accept', state: proposed, effects } : { kind: 'reject', state: proposed, reason, effects }
}
