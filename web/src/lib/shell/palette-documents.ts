/** What the palette looks up: runs by name, anything by its id. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** The newest runs that were meant: by a part of their name, or by the end of their id. */
export const findDocument = graphql(`
  query FindRuns($filter: FlowRunFilter) { flowRuns(first: 6, filter: $filter, orderBy: CREATED_DESC) { nodes { id uuid name flow { name } state { type name } } } }
`)

/** What can be gone to by name. */
export const namedThingsDocument = graphql(`
  query NamedThings { deployments(first: 200) { nodes { id uuid fullName } } workPools(first: 100) { nodes { uuid name } } flows(first: 100) { nodes { uuid name } } }
`)

/** A uuid does not say what it is of. */
export const uuidDocument = graphql(`
  query FindUuid($id: ID!) { flowRun(id: $id) { uuid name } deployment(id: $id) { uuid fullName } workPool(id: $id) { uuid name } flow(id: $id) { uuid name } }
`)

/** Whatever has the id that was pasted. */
export const nodeDocument = graphql(`
  query FindNode($id: ID!) { node(id: $id) { __typename id ... on FlowRun { uuid name } ... on TaskRun { name } ... on Deployment { uuid fullName } ... on WorkPool { uuid name } ... on Flow { uuid name } } }
`)
