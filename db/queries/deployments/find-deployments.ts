/** Reads deployments by id, by name, of a flow, and page by page; always with the version they point at. */
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import { deploymentVersions } from '../../schema/index.ts'
import { isOneOf, type Statement, sqlStatement, statement, texts } from '../../statement.ts'
import { type ReferenceFilter, referenceCondition, type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'
import {
  type DeploymentRow,
  type DeploymentSqlRow,
  type DeploymentVersionRow,
  deploymentColumns,
  deploymentJoins,
  deploymentOf,
} from './deployment-row.ts'

/** By id, in any order. */
export const findDeployments = (ids: readonly string[]): Statement<DeploymentRow[]> =>
  sqlStatement<DeploymentSqlRow, DeploymentRow[]>(
    (workspaceId) =>
      sql`select ${deploymentColumns} ${deploymentJoins} where deployments.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`deployments.id`, ids)}`,
    (rows) => rows.map(deploymentOf),
  )

/** By the names of flow and deployment. */
export const findDeploymentByName = ({ flowName, name }: { flowName: string; name: string }): Statement<DeploymentRow | null> =>
  sqlStatement<DeploymentSqlRow, DeploymentRow | null>(
    (workspaceId) => sql`
      select ${deploymentColumns} ${deploymentJoins}
      where deployments.workspace_id = ${workspaceId}::uuid and flows.name = ${flowName} and deployments.name = ${name}`,
    ([row]) => (row ? deploymentOf(row) : null),
  )

/** Of one flow, newest first. */
export const listDeploymentsOfFlow = (flowId: string): Statement<DeploymentRow[]> =>
  sqlStatement<DeploymentSqlRow, DeploymentRow[]>(
    (workspaceId) => sql`
      select ${deploymentColumns} ${deploymentJoins}
      where deployments.workspace_id = ${workspaceId}::uuid and deployments.flow_id = ${flowId}::uuid order by deployments.id desc limit 200`,
    (rows) => rows.map(deploymentOf),
  )

const keyset: Keyset = { name: 'DEPLOYMENTS', direction: 'desc', columns: [{ expression: sql`deployments.id`, type: 'uuid', isValid: isUuid }] }

export interface DeploymentFilter {
  /** Its own name, without its flow's. */
  name?: StringFilter | null
  flow?: ReferenceFilter | null
  workPool?: ReferenceFilter | null
  tags?: { all?: string[] | null; any?: string[] | null } | null
  isPaused?: boolean | null
}

/** Deployments of a workspace are few: what the filter says is looked at row by row. */
function condition(workspaceId: string, filter?: DeploymentFilter | null): SQL {
  const { tags, isPaused } = filter ?? {}
  const conditions = [
    ...textConditions(sql`deployments.name`, filter?.name),
    referenceCondition(
      sql`deployments.flow_id`,
      filter?.flow,
      (names) => sql`select id from flows where workspace_id = ${workspaceId}::uuid and name = any(${texts(names)})`,
    ),
    referenceCondition(
      sql`deployments.work_pool_id`,
      filter?.workPool,
      (names) => sql`select id from work_pools where workspace_id = ${workspaceId}::uuid and name = any(${texts(names)})`,
    ),
    tags?.all ? sql`deployments.tags @> ${texts(tags.all)}` : null,
    tags?.any ? sql`deployments.tags && ${texts(tags.any)}` : null,
    isPaused == null ? null : sql`deployments.is_paused = ${isPaused}::boolean`,
  ].filter((one) => one !== null)
  return sql.join([sql`true`, ...conditions], sql` and `)
}

/** Newest first. Throws BadCursor. */
export function listDeployments(page: Page, filter?: DeploymentFilter | null): Statement<Rows<DeploymentRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<DeploymentSqlRow & { key: string[] }, Rows<DeploymentRow>>(
    (workspaceId) => sql`
      select ${deploymentColumns}, ${key} as key ${deploymentJoins}
      where deployments.workspace_id = ${workspaceId}::uuid and ${condition(workspaceId, filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, deploymentOf),
  )
}

/** Exact to 10,000. */
export const countDeployments = (filter?: DeploymentFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) =>
      sql`
        select count(*)::int as counted from (
          select 1 from deployments where workspace_id = ${workspaceId}::uuid and ${condition(workspaceId, filter)} limit ${COUNTED_TO + 1}
        ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Newest first. */
export const listDeploymentVersions = ({ deploymentId, limit }: { deploymentId: string; limit: number }): Statement<DeploymentVersionRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(deploymentVersions)
        .where(and(eq(deploymentVersions.workspaceId, workspaceId), eq(deploymentVersions.deploymentId, deploymentId)))
        .orderBy(desc(deploymentVersions.number))
        .limit(limit),
    (rows) => rows.map(({ workspaceId: _, ...version }) => version),
  )

/** By (deployment, id), in any order: what runs were pinned to. */
export const findDeploymentVersions = (keys: readonly { deploymentId: string; id: string }[]): Statement<DeploymentVersionRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(deploymentVersions)
        .where(
          and(
            eq(deploymentVersions.workspaceId, workspaceId),
            inArray(
              deploymentVersions.deploymentId,
              keys.map((key) => key.deploymentId),
            ),
            inArray(
              deploymentVersions.id,
              keys.map((key) => key.id),
            ),
          ),
        ),
    (rows) => rows.map(({ workspaceId: _, ...version }) => version),
  )
