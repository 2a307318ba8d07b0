import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { say } from '../../terminal.ts'
import { MISFITS } from './documents.ts'

/** Says on stderr which deployments do not fit the template of their pool: their runs will be refused. */
export async function tellMisfits(pool: string, options: CommonOptions): Promise<void> {
  const { client } = openSession(options)
  const deployments = await readAll(async (after) => (await client.ask(MISFITS, { pool, after })).deployments)
  for (const { fullName, jobVariableIssues } of deployments) {
    const [issue, ...more] = jobVariableIssues
    if (!issue) continue
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`
    say(
      `${safeLine(fullName)} does not fit it, unless its runs bring something else: ${safeLine(`${issue.path.join('.')}: ${issue.message}`)}${others}`,
    )
  }
}
