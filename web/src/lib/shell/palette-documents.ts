/** What the palette looks up: runs by name, anything by its id. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** The newest runs whose name contains what was typed. */
export const findDocument = graphql(`
  query FindRuns($filter: FlowRunFilter) { flowRuns(first: 6, filter: $filter, orderBy: CREATED_DESC) { nodes { id uuid name flow { name } state { type name } } } }
`)

/** Whatever has the id that was pasted. */
export const nodeDocument = graphql(`
  query FindNode($id: ID!) { node(id: $id) { __typename id ... on FlowRun { uuid name } ... on TaskRun { name } ... on Deployment { uuid fullName } ... on WorkPool { uuid name } } }
`)
