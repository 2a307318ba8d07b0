/** A verb that changes one flow run: finds it, asks for the change, and shows the run as it is now. */
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { print, printJson, showState } from '../../terminal.ts'
import type { FlowRunRow } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'
import { flowRunJson } from './flow-run-json.ts'

/** `tell`: what follows for people, once it is done. */
export const changeOne =
  (change: (client: GraphqlClient, id: string) => Promise<FlowRunRow>, tell: (run: FlowRunRow) => void = () => {}) =>
  async ([wanted]: string[], options: CommonOptions): Promise<void> => {
    const { client, json } = openSession(options)
    const run = await change(client, await findFlowRun(client, wanted as string))
    if (json) return printJson(flowRunJson(run))
    print(`${showState(run.state)}  ${safeLine(run.name)}`)
    tell(run)
  }
