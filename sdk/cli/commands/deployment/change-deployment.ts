import { safeLine } from '../../safe-text.ts'
import { successOf, type UnionError } from '../../read-result.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import type { Document } from '../../graphql.ts'
import { print, printJson } from '../../terminal.ts'
import { deploymentJson } from './deployment-json.ts'
import { type DeploymentRow, FIND } from './documents.ts'
import { findDeployment } from './find-deployment.ts'

/** Pauses or resumes the deployment that is meant and shows it: as JSON, or as `Deployment NAME` with `said`. Throws Failure. */
export async function changeDeployment(
  name: string,
  options: CommonOptions,
  mutation: Document<{ result: { __typename: string; deployment: DeploymentRow } | UnionError }, { id: string }>,
  said: string,
): Promise<void> {
  const { client, json } = openSession(options)
  const { uuid } = await findDeployment(client, FIND, name)
  const { deployment } = successOf((await client.ask(mutation, { id: uuid })).result)
  if (json) printJson(deploymentJson(deployment))
  else print(`Deployment ${safeLine(deployment.fullName)} ${said}`)
}
