import { successOf } from '../../read-result.ts'
import { say } from '../../terminal.ts'
import { changeOne } from './change-one.ts'
import { SUSPEND } from './documents.ts'

/** `weir flow-run suspend ID`: it gives its process back where its flow calls something next. */
export const execute = changeOne(
  async (client, id) => successOf((await client.ask(SUSPEND, { id })).suspendFlowRun).flowRun,
  ({ uuid, state }) => {
    if (state.type === 'RUNNING') say(`It suspends when what runs now has come to its end: weir flow-run watch ${uuid}`)
  },
)
